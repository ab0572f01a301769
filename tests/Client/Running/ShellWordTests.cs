using SeqCluster.Client.Running;

namespace SeqCluster.Client.Tests.Running;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("/runs/x/step-000000004", "/runs/x/step-000000004")]
    [InlineData("/fresh clone/My.dll", "'/fresh clone/My.dll'")]
    [InlineData("it's", @"'it'\''s'")]
    [InlineData("$HOME", "'$HOME'")]
    [InlineData("", "''")]
    public void Word_IsReadBackByAShellAsItWas(string word, string quoted) => Assert.Equal(quoted, ShellWord.Of(word));
}

using SeqCluster.Client.Watching;

namespace SeqCluster.Client.Tests.Watching;

public sealed class InterruptionTests
{
    [Theory]
    [InlineData("CtrlC", "EndNow")]
    [InlineData("Submitted CtrlC", "Nothing CancelJob")]
    [InlineData("Submitted CtrlC CtrlC", "Nothing CancelJob EndNow")]
    [InlineData("Submitted CtrlC CtrlC CtrlC", "Nothing CancelJob EndNow Nothing")]
    [InlineData("Submitted CtrlC Finished", "Nothing CancelJob Nothing")]
    [InlineData("Submitted Finished CtrlC", "Nothing Nothing EndNow")]
    [InlineData("CtrlC Submitted CtrlC", "EndNow Nothing Nothing")]
    public void Next_Events_AreAnsweredByActions(string events, string actions)
    {
        var state = InterruptionState.Idle;
        var done = new List<InterruptionAction>();
        foreach (var happened in events.Split(' ').Select(Enum.Parse<InterruptionEvent>))
        {
            (state, var action) = Interruption.Next(state, happened);
            done.Add(action);
        }

        Assert.Equal(actions, string.Join(' ', done));
    }
}

using System.Security.Cryptography;
using SeqCluster.Contracts.Workers;

namespace SeqCluster.Silo.Storage;

/// <summary>A random word in the folder of all checkpoints. A path may exist on another machine too, with other files: who reads this word there shares them.</summary>
internal static class StoreMark
{
    private const int MarkBytes = 16;

    /// <summary>The folder's mark, made at the first start.</summary>
    public static string Of(string checkpointFolder)
    {
        var path = Path.Combine(Directory.CreateDirectory(checkpointFolder).FullName, Assignment.StoreMarkFile);
        if (!File.Exists(path))
        {
            File.WriteAllText(path + ".new", RandomNumberGenerator.GetHexString(2 * MarkBytes, lowercase: true));
            File.Move(path + ".new", path, overwrite: true);
        }

        return File.ReadAllText(path);
    }
}

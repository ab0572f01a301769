using SeqCluster.Hosts.Tests;

namespace SeqCluster.Disks.Tests;

/// <summary>A small file system of its own, which can fill up, be forbidden to be written, or hang; gone after the test.</summary>
internal sealed class TestDisk : IDisposable
{
    private readonly string image;

    private TestDisk(string place, string image) => (Place, this.image) = (place, image);

    /// <summary>Where it is.</summary>
    public string Place { get; }

    private string Filler => Path.Combine(Place, "filler");

    /// <summary>In memory.</summary>
    /// <param name="size">As <c>mount</c> takes it: 2m.</param>
    public static TestDisk InMemory(string size)
    {
        var place = Directory.CreateTempSubdirectory("seqcluster-disk-").FullName;
        Shell.Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", place);
        return new TestDisk(place, "");
    }

    /// <summary>In a file, as a disk is: files in it can be made immutable, and all of it can be frozen.</summary>
    public static TestDisk InFile()
    {
        var place = Directory.CreateTempSubdirectory("seqcluster-disk-").FullName;
        var image = place + ".image";
        using (var file = File.Create(image))
        {
            file.SetLength(32 << 20);
        }

        Shell.Run("mkfs.ext4", "-q", "-F", image);
        Shell.Run("mount", "-o", "loop,errors=remount-ro", image, place);
        return new TestDisk(place, image);
    }

    /// <summary>Until nothing fits any more.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Of what <see cref="Fill"/> took.</summary>
    public void MakeRoom() => File.Delete(Filler);

    /// <summary>Forbids writing files that are open already, or allows it again.</summary>
    public static void SetImmutable(bool isImmutable, params string[] files) => Shell.Run("chattr", [isImmutable ? "+i" : "-i", .. files]);

    /// <summary>It has an error, after which the kernel lets nobody write on it any more.</summary>
    public void Break()
    {
        var device = File.ReadLines("/proc/mounts").Select(static line => line.Split(' ')).Last(fields => fields[1] == Place)[0];
        File.WriteAllText($"/sys/fs/ext4/{Path.GetFileName(device)}/trigger_fs_error", "1");
    }

    /// <summary>Unmounts it, which nobody uses, and mounts it again, by which a broken one is whole.</summary>
    public void Remount()
    {
        Shell.Run("umount", Place);
        Shell.Run("mount", "-o", "loop,errors=remount-ro", image, Place);
    }

    /// <summary>Every write waits from now on.</summary>
    public void Freeze() => Shell.Run("fsfreeze", "-f", Place);

    /// <summary>They go on.</summary>
    public void Thaw() => Shell.Run("fsfreeze", "-u", Place);

    public void Dispose()
    {
        Shell.Try("umount", "--lazy", Place);
        Directory.Delete(Place, recursive: true);
        if (image.Length > 0)
        {
            File.Delete(image);
        }
    }
}

using System.Diagnostics;
using System.Xml.Linq;
using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Audio;

namespace SeqCluster.EndToEnd.Tests;

/// <summary>From a job file to what a person hears, reads and sees, by the worker's program on real checkpoints.</summary>
public sealed class OutputTests
{
    [TorchFact]
    public async Task Checkpoints_OfSoundAndOfPairs_BecomeAWavFileTextAndPictures()
    {
        using var cluster = new Cluster(workers: 1);
        var folder = Directory.CreateTempSubdirectory("seqcluster-output-").FullName;
        var (wav, spectrogram, attention) = (Path.Combine(folder, "x.wav"), Path.Combine(folder, "x.svg"), Path.Combine(folder, "a.svg"));

        var sound = await CheckpointAsync(cluster, JobFiles.Sound(replicas: 1, steps: 3));
        var said = await WorkerAsync(0, "sound", "--checkpoint", sound, "--out", wav, "--seconds", "0.5", "--spectrogram", spectrogram);
        Assert.Contains("0.5 s at 2000 Hz", said);
        Assert.Equal(1_000, WavFile.Read(wav, 2_000).Frames);
        Assert.Single(XDocument.Load(spectrogram).Descendants("{http://www.w3.org/2000/svg}image"));
        Assert.Contains("--class theo: the model was trained without classes", await WorkerAsync(2, "sound", "--checkpoint", sound, "--out", wav, "--class", "theo"));
        Assert.Contains("must end in .png or .svg", await WorkerAsync(2, "sound", "--checkpoint", sound, "--out", wav, "--spectrogram", "x.jpg"));

        var pairs = await CheckpointAsync(cluster, JobFiles.Reverse);
        var lines = (await WorkerAsync(0, "translate", "--checkpoint", pairs, "--text", "0 1 2", "--attention", attention, "--maximum-length", "4")).Split('\n');
        Assert.Equal(2, lines.Length);
        var words = XDocument.Load(attention).Descendants("{http://www.w3.org/2000/svg}text").Select(text => text.Value).ToList();
        Assert.Equal(["0", "1", "2", "<eos>"], words.Skip(1).Take(4));
        Assert.Contains("makes no sound", await WorkerAsync(2, "sound", "--checkpoint", pairs, "--out", wav));
        Assert.Contains("no model of pairs", await WorkerAsync(2, "translate", "--checkpoint", sound, "--text", "a"));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> CheckpointAsync(Cluster cluster, string file)
    {
        await cluster.AllWorkersAsync(1);
        var job = await cluster.FinishAsync((await cluster.SubmitAsync(file)).JobId);
        Assert.True(job.State == JobState.Completed, $"{job.State}: {job.Reason}");
        return job.Result!.Checkpoint;
    }

    // What the program printed, on either stream.
    private static async Task<string> WorkerAsync(int exitCode, params string[] words)
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Worker", configuration, "SeqCluster.Worker.dll"));
        var start = new ProcessStartInfo("dotnet", [program, .. words]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(Cluster.Deadline);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(late.Token), process.StandardError.ReadToEndAsync(late.Token));
        await process.WaitForExitAsync(late.Token);
        var said = await output + await error;
        Assert.True(process.ExitCode == exitCode, $"{string.Join(' ', words)}: exit code {process.ExitCode}: {said}");
        return said;
    }
}

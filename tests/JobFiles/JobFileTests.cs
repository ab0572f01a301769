using SeqCluster.Contracts.Jobs;
using SeqCluster.Data.Manifests;

namespace SeqCluster.JobFiles.Tests;

public sealed class JobFileTests
{
    private const string Good = """
        name: tiny
        seed: 7
        model:
          kind: tiny
          width: 16
          dropout: 0.1
        data:
          path: ["a.txt", "b/*.md"]
        train:
          steps: 1_000
          optimizer: {kind: adamw, learningRate: 3e-4}
          schedule:
            kind: cosine
            warmupSteps: 10
        workers: {min: 1, max: 2, replicas: 5}
        """;

    [Fact]
    public void Parse_GoodFile_FillsInDefaults()
    {
        var spec = Spec(Good);
        Assert.Equal("tiny", spec.Name);
        Assert.Equal(7, spec.Seed);
        Assert.Equal("""{"width":16,"heads":2,"dropout":0.1,"tied":false}""", spec.Model.SettingsJson);
        Assert.Equal("""{"path":["a.txt","b/*.md"],"tokenizer":"char","validationFraction":0.1,"validationPieces":1}""", spec.Data.SettingsJson);
        Assert.Equal(1000, spec.Train.Steps);
        Assert.Equal(3e-4, spec.Train.Optimizer.LearningRate);
        Assert.Equal(new ScheduleSpec { Kind = "cosine", WarmupSteps = 10 }, spec.Train.Schedule);
        Assert.Equal((1, 2, 5), (spec.Workers.Min, spec.Workers.Max, spec.Workers.Replicas));
        Assert.Equal("epoch", spec.Train.Sampling);
    }

    [Fact]
    public void Parse_Json_IsTheSameSchema()
    {
        var spec = Spec("""{"model": {"kind": "tiny"}, "data": {"path": "x"}, "train": {"steps": 3}, "workers": {"max": 3}}""");
        Assert.Equal("my-job", spec.Name);
        Assert.Equal(3, spec.Workers.Replicas);
        Assert.StartsWith("""{"path":["x"],""", spec.Data.SettingsJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ManyFaults_TellsThemAllWithLineValueAndRange()
    {
        var faults = Faults("""
            model:
              kind: tiny
              width: 9
              dropout: 1
              tied: perhaps
            data:
              path: []
              tokenizer: word
            train:
              steps: 0
              microbatch: 4
              optimizer: {learningRate: fast}
              schedule: cosine
            workers: {min: 3, max: 2, replicas: 1}
            extra: 1
            """);
        Assert.Equal(
            [
                "my-job.yaml:4 model.dropout = 1: must be a number from 0 to below 1",
                "my-job.yaml:5 model.tied = perhaps: must be true or false",
                "my-job.yaml:1 model.heads: does not divide model.width = 9",
                "my-job.yaml:7 data.path = []: must be a text or a list of texts",
                "my-job.yaml:8 data.tokenizer = word: must be char or byte",
                "my-job.yaml:10 train.steps = 0: must be a whole number from 1 to 1000000000",
                "my-job.yaml:11 train.microbatch: unknown field: did you mean microBatch? Known here: steps, microBatch, microBatchTokens, ema, sampling, optimizer, schedule, clipNorm, clipValue, strategy, threads, checkpointEverySteps",
                "my-job.yaml:12 train.optimizer.learningRate = fast: must be a number from 0 to 1000000",
                "my-job.yaml:13 train.schedule = cosine: must be a mapping of fields",
                "my-job.yaml:15 extra: unknown field. Known here: name, seed, model, data, train, evaluate, workers, priority, recovery, numerics, checkpoints, start",
                "my-job.yaml:14 workers.min: 3 is more than workers.max = 2",
                "my-job.yaml:14 workers.replicas: 1 is less than workers.max = 2: a worker without a replica has nothing to do",
            ],
            faults);
    }

    [Theory]
    [InlineData("keepEverySteps: 40", "steps: 100, checkpointEverySteps: 20", 0, null)]
    [InlineData("keepEverySteps: 50", "steps: 100, checkpointEverySteps: 20", 0, "checkpoints.keepEverySteps: 50 must be a multiple of train.checkpointEverySteps = 20")]
    [InlineData("keepEverySteps: 50", "steps: 100", 0, "checkpoints.keepEverySteps: 50 needs train.checkpointEverySteps: nothing is written before the end")]
    [InlineData("keepEverySteps: 10", "steps: 100_000, checkpointEverySteps: 10", 0, "checkpoints.keepEverySteps: 10 keeps 10000 checkpoints, at most 1000: must be at least 100")]
    [InlineData("keepBest: 1", "steps: 100, checkpointEverySteps: 20", 30, null)]
    [InlineData("keepBest: 1", "steps: 100, checkpointEverySteps: 20", 0, "checkpoints.keepBest: 1 needs train.checkpointEverySteps and evaluate.everySteps: only checkpoints of evaluated steps can be compared")]
    [InlineData("keepBest: 1", "steps: 60, checkpointEverySteps: 20", 30, "checkpoints.keepBest: no step before the last has both a checkpoint (every 20) and an evaluation (every 30): make one a multiple of the other")]
    [InlineData("keepLast: 0", "steps: 60", 0, "checkpoints.keepLast = 0: must be a whole number from 1 to 1000")]
    public void Parse_KeptCheckpoints_MustBeAbleToExist(string keep, string train, int evaluateEvery, string? fault)
    {
        var text = $"model: {{kind: tiny}}\ndata: {{path: x}}\ntrain: {{{train}}}\nevaluate: {{everySteps: {evaluateEvery}}}\ncheckpoints: {{{keep}}}";
        if (fault is null)
        {
            Assert.Equal(2, Spec(text).Checkpoints.KeepLast);
            return;
        }

        Assert.Equal([$"my-job.yaml:5 {fault}"], Faults(text));
    }

    [Theory]
    [InlineData("checkpoint: steps/step-1", "start.checkpoint: steps/step-1 must be JOB, JOB@STEP, or a checkpoint's folder as the silo sees it: a full path without '..'")]
    [InlineData("checkpoint: /a/../b", "start.checkpoint: /a/../b must be JOB, JOB@STEP, or a checkpoint's folder as the silo sees it: a full path without '..'")]
    [InlineData("checkpoint: tiny-abc234@0", "start.checkpoint: tiny-abc234@0 must be JOB, JOB@STEP, or a checkpoint's folder as the silo sees it: a full path without '..'")]
    [InlineData("continues: true", "start.continues: needs start.checkpoint: without one all weights begin anew")]
    [InlineData("checkpoint: tiny-abc234@7, continues: true, newTensors: output.*", "start.newTensors: cannot begin anew where start.continues is set: leave one of them out")]
    [InlineData("newTensors: output.*", "start.newTensors: needs start.checkpoint: without one all weights begin anew")]
    [InlineData("checkpoint: /a, weightsSha256: 12", "start.weightsSha256 = 12: must match ([0-9a-f]{64})?")]
    public void Parse_Start_NamesOnePlace(string start, string fault) =>
        Assert.Equal([$"my-job.yaml:4 {fault}"], Faults($"model: {{kind: tiny}}\ndata: {{path: x}}\ntrain: {{steps: 1}}\nstart: {{{start}}}"));

    [Fact]
    public void Parse_MissingSections_NamesEachMissingField()
    {
        var faults = Faults("seed: 1");
        Assert.Contains(faults, fault => fault.Contains("model.kind: is missing", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("data.path: is missing", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("train.steps: is missing", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_UnknownModel_NamesTheKnownOnesAndDoesNotBlameItsSettings() =>
        Assert.Equal(
            ["my-job.yaml:1 model.kind = huge: must be tiny"],
            Faults("model: {kind: huge, layers: 3}\ndata: {path: x}\ntrain: {steps: 1}"));

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("- a\n- b", "must be a mapping")]
    [InlineData("a: [1,\nb", "not YAML or JSON")]
    [InlineData("a: &x 1\nb: 2", "no anchors")]
    [InlineData("a: 1\n---\nb: 2", "one document")]
    [InlineData("seed: 1\nseed: 2", "not YAML or JSON")]
    [InlineData("{\"a\": ", "not YAML or JSON")]
    public void Parse_NotAJobFile_SaysWhy(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(Faults(text)), StringComparison.Ordinal);

    [Fact]
    public void Override_GoodValues_ReplaceAndAddFields()
    {
        var spec = Spec(Good, "train.steps=50", "data.path=[x, y]", "evaluate.everySteps=5", "model.heads=4", "name=other");
        Assert.Equal((50, 5, "other"), (spec.Train.Steps, spec.Evaluate.EverySteps, spec.Name));
        Assert.StartsWith("""{"path":["x","y"],""", spec.Data.SettingsJson, StringComparison.Ordinal);
        Assert.Contains("\"heads\":4", spec.Model.SettingsJson, StringComparison.Ordinal);
    }

    [Fact]
    public void Override_BadValues_AreCheckedLikeTheFile() =>
        Assert.Equal(
            [
                "--set train: must be path=value, for example train.steps=50",
                "--set train.steps = 0: must be a whole number from 1 to 1000000000",
                "--set train.stepz: unknown field: did you mean steps? Known here: steps, microBatch, microBatchTokens, ema, sampling, optimizer, schedule, clipNorm, clipValue, strategy, threads, checkpointEverySteps",
            ],
            Faults(Good, "train", "train.steps=0", "train.stepz=1"));

    [Fact]
    public void DataFolder_IsTheFilesUnlessOverridden()
    {
        Assert.Equal("/jobs", Parse(Good).DataFolder);
        Assert.Equal(Directory.GetCurrentDirectory(), Parse(Good, "data.path=x").DataFolder);
    }

    [Fact]
    public void DataFolder_AnotherFieldOverridden_IsTheFiles() => Assert.Equal("/jobs", Parse(Good, "data.tokenizer=byte").DataFolder);

    [Fact]
    public void Parse_UnknownSource_NamesTheKnownOnes() =>
        Assert.StartsWith(
            "my-job.yaml:2 data.kind = pictures: must be text",
            Assert.Single(Faults("model: {kind: tiny}\ndata: {kind: pictures, path: x}\ntrain: {steps: 1}")),
            StringComparison.Ordinal);

    [Fact]
    public void Parse_SamplesThatTheModelDoesNotTake_SaysSo()
    {
        var file = JobFile.Parse(
            "my-job.yaml", "model: {kind: tiny}\ndata: {path: x}\ntrain: {steps: 1}", "/jobs", [], [new ModelSettings("tiny", typeof(TinySettings), [DataKinds.Series])]);
        Assert.Equal("my-job.yaml:2 data.kind: text gives samples of kind text, and tiny takes series", Assert.Single(file.Faults).ToString());
    }

    [Fact]
    public void Parse_ModelThatAFieldTells_NeedsNoKindAndKeepsItsOwnSettings()
    {
        const string Text = """
            model:
              assembly: My.dll
              settings: {width: 12, rate: 0.5, deep: true, name: 'x', kinds: [1, b], more: {left: null}}
            data: {path: x}
            train: {steps: 1}
            """;
        ModelSettings[] models = [new("tiny", typeof(TinySettings), [DataKinds.Text]), new("own", typeof(FreeSettings), [DataKinds.Text], "assembly")];

        var spec = JobFile.Parse("my-job.yaml", Text, "/jobs", ["model.settings.width=13"], models).Spec!;
        Assert.Equal("own", spec.Model.Kind);
        Assert.Equal(
            """{"assembly":"My.dll","settings":{"width":13,"rate":0.5,"deep":true,"name":"x","kinds":[1,"b"],"more":{"left":null}}}""", spec.Model.SettingsJson);
        Assert.Contains("must be a mapping of fields", Assert.Single(JobFile.Parse("j", Text, "/jobs", ["model.settings=3"], models).Faults).ToString());
        Assert.Contains("\"settings\":{\"type\":\"object\"", JobSchema.Write(models).ToJsonString());
    }

    [Fact]
    public void Read_MissingFile_SaysSo() =>
        Assert.Contains("cannot be read", Assert.Single(JobFile.Read("/no/such/job.yaml", [], []).Faults).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Schema_EveryField_IsDescribed()
    {
        var schema = JobSchema.Write([new ModelSettings("tiny", typeof(TinySettings), [DataKinds.Text])]).ToJsonString();
        Assert.Contains("\"warmupSteps\"", schema, StringComparison.Ordinal);
        Assert.Contains("\"width\"", schema, StringComparison.Ordinal);
        Assert.DoesNotContain("manifestSha256", schema, StringComparison.Ordinal);
    }

    private static JobFile Parse(string text, params string[] overrides) =>
        JobFile.Parse("my-job.yaml", text, "/jobs", overrides, [new ModelSettings("tiny", typeof(TinySettings), [DataKinds.Text])]);

    private static JobSpec Spec(string text, params string[] overrides)
    {
        var file = Parse(text, overrides);
        Assert.Empty(file.Faults);
        return file.Spec!;
    }

    private static string[] Faults(string text, params string[] overrides)
    {
        var file = Parse(text, overrides);
        Assert.Null(file.Spec);
        return [.. file.Faults.Select(fault => fault.ToString())];
    }
}

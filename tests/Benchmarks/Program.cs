using System.Globalization;
using CivicQ.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Shell.Find("pwsh") is null)
{
    Console.WriteLine("The benchmarks measure the module in PowerShell: pwsh is not on the PATH, nothing was measured.");
    return 2;
}

var benchmarks = new (string Name, Func<Workbench, Task<IEnumerable<Report>>> Run)[]
{
    ("import", ImportBenchmark.RunAsync),
    ("dailycheck", DailyCheckBenchmark.RunAsync),
    ("fanout", FanOutBenchmark.RunAsync),
    ("certificate", CertificateBenchmark.RunAsync),
    ("memory", MemoryBenchmark.RunAsync),
    ("sessions", SessionBenchmark.RunAsync),
    ("backup", BackupBenchmark.RunAsync),
    ("vacuum", VacuumBenchmark.RunAsync),
    ("query", QueryBenchmark.RunAsync),
    ("undo", ServiceBenchmark.UndoAsync),
    ("usage", ServiceBenchmark.UsageAsync),
    ("log", LogBenchmark.RunAsync),
    ("storage", StorageBenchmark.RunAsync),
};
await using var bench = await Workbench.StartAsync();
var lines = new List<string>
{
    "| what | CivicQ.Ops | the other | result | aim |",
    "|---|---:|---:|---:|---|",
};
foreach (var (name, run) in benchmarks.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
{
    Console.Error.WriteLine($"{name} …");
    lines.AddRange((await run(bench)).Select(report => $"| {report.What} | {report.Ours} | {report.Other} | {report.Result} | {report.Aim} |"));
}

lines.ForEach(Console.WriteLine);
await File.WriteAllLinesAsync(Path.Combine(bench.Root, "artifacts", "benchmarks.md"), lines);
return 0;

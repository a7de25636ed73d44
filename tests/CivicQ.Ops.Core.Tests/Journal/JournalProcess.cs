using System.Diagnostics;
using System.Globalization;
using CivicQ.Ops.Core.Journal;

namespace CivicQ.Ops.Core.Tests.Journal;

/// <summary>A process of its own that appends to a journal.</summary>
internal static class JournalProcess
{
    public static int Run(string[] args)
    {
        var writer = new JournalWriter(args[0]) { MaximumBytes = long.Parse(args[2], CultureInfo.InvariantCulture), Patience = TimeSpan.FromMinutes(2) };
        for (var i = 0; i < int.Parse(args[1], CultureInfo.InvariantCulture); i++)
        {
            writer.Append(JournalTests.Record($"process {Environment.ProcessId}, entry {i}"));
        }

        return 0;
    }

    public static Process Start(string journal, int entries, long maximumBytes)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet");
        foreach (var argument in new[]
        {
            typeof(JournalProcess).Assembly.Location, journal,
            entries.ToString(CultureInfo.InvariantCulture), maximumBytes.ToString(CultureInfo.InvariantCulture),
        })
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}

using System.Text.RegularExpressions;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Database.Migrations;

/// <summary>Listens to Alembic: every line, masked, is verbose; lines about revisions are progress; the last one is what a failure is about.</summary>
internal sealed partial class AlembicOutput(EnvironmentContext context, AlembicAddress address, MigrationPlan plan)
{
    private readonly object gate = new();
    private readonly List<string> output = [];
    private string lastError = "";
    private int seen;

    /// <summary>What it wrote to its output, masked.</summary>
    public string Text
    {
        get
        {
            lock (gate)
            {
                return string.Join('\n', output);
            }
        }
    }

    /// <summary>The line that says why: the last one of Python's traceback, else the last one at all.</summary>
    public string Reason
    {
        get
        {
            lock (gate)
            {
                return lastError.Length > 0 ? lastError : output.LastOrDefault(line => line.Trim().Length > 0) ?? "it said nothing";
            }
        }
    }

    /// <summary>The activity's name among the progress bars.</summary>
    public string Activity => $"{(plan.Direction == MigrationDirection.Upgrade ? "Migrating" : "Taking back migrations of")} {context.Name}";

    /// <summary>Takes a line.</summary>
    public void Line(string line, bool error)
    {
        var masked = address.Masked(line);
        context.Reporter.Verbose($"{context.Name}: {masked}");
        lock (gate)
        {
            if (!error)
            {
                output.Add(masked);
            }
            else if (Reasoned(masked))
            {
                lastError = masked.Trim();
            }
        }

        if (Running().Match(masked) is { Success: true } match)
        {
            var number = Interlocked.Increment(ref seen);
            context.Reporter.Progress(new ProgressReport(Activity, match.Groups["what"].Value, Math.Min(1, (number - 1) / (double)Math.Max(1, plan.Revisions.Count))));
        }
    }

    // SQLAlchemy ends with the statement, its parameters and a link; the server's own words come before that.
    private static bool Reasoned(string line) =>
        line.Trim().Length > 0 && !char.IsWhiteSpace(line[0]) && !line.StartsWith("[SQL:", StringComparison.Ordinal) && !line.StartsWith("[parameters:", StringComparison.Ordinal)
        && !line.StartsWith("(Background on this error", StringComparison.Ordinal) && (Exception().IsMatch(line) || line.StartsWith("FAILED:", StringComparison.Ordinal));

    [GeneratedRegex(@"Running (?:up|down)grade (?<what>.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Running();

    // "sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) …": a dotted name at the beginning of a line, not a log line.
    [GeneratedRegex(@"^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning|[a-z]\w*\.[A-Z]\w*)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Exception();
}

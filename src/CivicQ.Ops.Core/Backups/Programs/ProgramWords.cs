using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Programs;

/// <summary>What one of PostgreSQL's programs says on its standard error: all of it for those who follow closely, its complaints for the message.</summary>
/// <param name="program">The program's name.</param>
/// <param name="reporter">Where the lines go.</param>
/// <param name="told">Told of each line; may be <see langword="null"/>.</param>
internal sealed class ProgramWords(string program, IOperationReporter reporter, Action<string>? told = null)
{
    private const int Most = 12;
    private readonly List<string> complaints = [];
    private readonly Queue<string> last = new();
    private bool complaining;

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        lock (complaints)
        {
            reporter.Verbose(line);
            told?.Invoke(line);
            if (last.Count == 3)
            {
                last.Dequeue();
            }

            last.Enqueue(line);
            // What follows a complaint without the program's name belongs to it: detail, hint, the statement.
            complaining = line.Contains("error:", StringComparison.OrdinalIgnoreCase) || line.Contains("FATAL", StringComparison.Ordinal)
                || (complaining && !line.StartsWith(program + ":", StringComparison.Ordinal)) || line.Contains(": detail:", StringComparison.Ordinal) || line.Contains(": hint:", StringComparison.Ordinal);
            if (complaining && complaints.Count < Most)
            {
                complaints.Add(line);
            }
        }
    }

    /// <summary>Its complaints, or its last words where it had none.</summary>
    public override string ToString()
    {
        lock (complaints)
        {
            return string.Join(" ", complaints.Count > 0 ? complaints : [.. last]);
        }
    }
}

using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Backups.Servers;

/// <summary>A server's log as it comes: all of it for those who follow closely, its end for messages.</summary>
/// <param name="reporter">Where the lines go.</param>
/// <param name="told">Told of each line; may be <see langword="null"/>.</param>
internal sealed class ServerLog(IOperationReporter reporter, Action<string>? told)
{
    private const int Most = 8;
    private readonly Queue<string> last = new();

    /// <summary>Its end, without what is said at every end.</summary>
    public string Tail
    {
        get
        {
            lock (last)
            {
                return string.Join(" ", last);
            }
        }
    }

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        lock (last)
        {
            reporter.Verbose(line);
            told?.Invoke(line);
            if (last.Count == Most)
            {
                last.Dequeue();
            }

            last.Enqueue(line);
        }
    }
}

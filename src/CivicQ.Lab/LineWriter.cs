using System.Text;

namespace CivicQ.Lab;

/// <summary>Appends lines to a log file; whoever renames or removes the file (logrotate) gets a new one with the next line.</summary>
/// <param name="path">The file.</param>
internal sealed class LineWriter(string path)
{
    private readonly Lock gate = new();

    /// <summary>Appends one line.</summary>
    public void Write(string line)
    {
        lock (gate)
        {
            using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }
}

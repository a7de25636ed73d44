using System.Globalization;

namespace CivicQ.Ops.Sessions;

/// <summary>The names that this session's cmdlets have seen in databases, for completion: no completer asks a server. Any thread may note.</summary>
internal sealed class DatabaseNames
{
    // A server of ten thousand tables must not make a session grow for ever.
    private const int Most = 20_000;
    private readonly object gate = new();
    private readonly HashSet<string> databases = new(StringComparer.Ordinal);
    private readonly HashSet<(string Schema, string Table)> tables = [];
    private readonly Dictionary<int, string> processes = [];

    /// <summary>The databases' names.</summary>
    public IReadOnlyList<string> Databases => Copy(() => databases.Order(StringComparer.OrdinalIgnoreCase));

    /// <summary>The schemas' names.</summary>
    public IReadOnlyList<string> Schemas => Copy(() => tables.Select(table => table.Schema).Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase));

    /// <summary>The tables and their schemas.</summary>
    public IReadOnlyList<(string Schema, string Table)> Tables => Copy(() => tables.OrderBy(table => table.Table, StringComparer.OrdinalIgnoreCase));

    /// <summary>The sessions that were last listed: process ids with who they are.</summary>
    public IReadOnlyList<(string ProcessId, string Who)> Processes =>
        Copy(() => processes.OrderBy(process => process.Key).Select(process => (process.Key.ToString(CultureInfo.InvariantCulture), process.Value)));

    /// <summary>Remembers a database.</summary>
    /// <param name="name">Its name; nothing happens without one.</param>
    public void NoteDatabase(string? name)
    {
        lock (gate)
        {
            if (name is { Length: > 0 } && databases.Count < Most)
            {
                databases.Add(name);
            }
        }
    }

    /// <summary>Remembers a table.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="table">Its name.</param>
    public void NoteTable(string schema, string table)
    {
        lock (gate)
        {
            if (tables.Count < Most)
            {
                tables.Add((schema, table));
            }
        }
    }

    /// <summary>Forgets the sessions: they are about to be listed anew.</summary>
    public void ForgetProcesses()
    {
        lock (gate)
        {
            processes.Clear();
        }
    }

    /// <summary>Remembers a session.</summary>
    /// <param name="processId">Its process.</param>
    /// <param name="who">Who it is and what it does, in a few words.</param>
    public void NoteProcess(int processId, string who)
    {
        lock (gate)
        {
            if (processes.Count < Most)
            {
                processes[processId] = who;
            }
        }
    }

    private List<T> Copy<T>(Func<IEnumerable<T>> items)
    {
        lock (gate)
        {
            return [.. items()];
        }
    }
}

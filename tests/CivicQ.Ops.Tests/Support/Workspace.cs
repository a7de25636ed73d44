using System.Text.Json;
using CivicQ.Host.Engine;

namespace CivicQ.Ops.Tests.Support;

/// <summary>A configuration, a journal and a session of one test's own. The process's variables are put back at the end: for the serial collection only.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly Dictionary<string, string?> before = [];

    public Workspace()
    {
        Folder = Directory.CreateDirectory(Path.Combine(Suite.Folder, Guid.NewGuid().ToString("N"))).FullName;
        Set("CIVICQ_CONFIG", ConfigFile);
        Set("CIVICQ_JOURNAL", JournalFile);
        Session = Suite.Open();
    }

    public string Folder { get; }

    public string ConfigFile => Path.Combine(Folder, "config", "environments.json");

    public string JournalFile => Path.Combine(Folder, "journal", "journal.jsonl");

    public HostSession Session { get; }

    /// <summary>The journal's lines; none where there is no journal.</summary>
    public IReadOnlyList<string> JournalLines => File.Exists(JournalFile) ? File.ReadAllLines(JournalFile) : [];

    /// <summary>Sets a variable until the end of the test.</summary>
    public void Set(string name, string? value)
    {
        before.TryAdd(name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    /// <summary>Writes the file of environments: their names and JSON texts.</summary>
    public void Configure(params (string Name, string Json)[] environments)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ConfigFile)!);
        File.WriteAllText(ConfigFile, "{\"environments\": {" + string.Join(",", environments.Select(one => $"\n  {JsonSerializer.Serialize(one.Name)}: {one.Json}")) + "\n}}\n");
    }

    /// <summary>A file with a secret.</summary>
    public string SecretFile(string secret)
    {
        var path = Path.Combine(Folder, "secret-" + Guid.NewGuid().ToString("N")[..6]);
        File.WriteAllText(path, secret + "\n");
        return path;
    }

    public InvocationResult Invoke(string line, CancellationToken cancellationToken = default) => Session.Invoke(line, cancellationToken: cancellationToken);

    /// <summary>Runs a line that must write no error.</summary>
    public InvocationResult Run(string line)
    {
        var result = Session.Invoke(line);
        Assert.Empty(result.Errors);
        return result;
    }

    /// <summary>The entries of the journal, through the cmdlet.</summary>
    public IReadOnlyList<object> Entries() => [.. Run("Get-CivicQJournal").Output.Select(entry => entry!)];

    /// <summary>What the files of configuration and journal hold, to see that nothing changed.</summary>
    public string Snapshot() => string.Join('\n', Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(file => $"{file}:{Convert.ToHexString(File.ReadAllBytes(file))}"));

    public void Dispose()
    {
        Session.Dispose();
        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        Directory.Delete(Folder, recursive: true);
    }
}

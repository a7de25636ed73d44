using System.Management.Automation;
using CivicQ.Host.Engine;
using CivicQ.Ops.Tests.Support;

namespace CivicQ.Ops.Tests.Database.Maintenance;

/// <summary>What the tests of cmdlets that change databases have in common: a database of one's own in the lab, and a psql on it.</summary>
[Collection(LabCollection.Name)]
public abstract class ActTests : IDisposable
{
    private protected const string Hostile = "\"; DROP TABLE users; --";
    private readonly PsqlSession owner = new();

    private protected ActTests(string tables)
    {
        owner.Run($"CREATE DATABASE {Name}");
        Sql = new PsqlSession(Name);
        Sql.Run(tables);
    }

    private protected string Name { get; } = "t" + Guid.NewGuid().ToString("N")[..12];

    private protected PsqlSession Sql { get; }

    private protected Workspace Work { get; } = new();

    private protected string Where => $"-Environment lab -Database {Name}";

    private protected static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    // As a Get cmdlet's results come.
    private protected PSObject Table(string schema, string table, string? index = null)
    {
        var result = new PSObject();
        result.Properties.Add(new PSNoteProperty("Environment", "lab"));
        result.Properties.Add(new PSNoteProperty("Database", Name));
        result.Properties.Add(new PSNoteProperty("Schema", schema));
        result.Properties.Add(new PSNoteProperty("Table", table));
        if (index is not null)
        {
            result.Properties.Add(new PSNoteProperty("Index", index));
        }

        return result;
    }

    private protected static IEnumerable<string> Outcomes(InvocationResult result) =>
        result.Output.Select(one => $"{(one!.Get("Index") ?? one!.Get("Table"))} {one!.Get("Outcome")}").Order(StringComparer.Ordinal);

    private protected void NothingIsLeft()
    {
        Sql.Until("SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'CivicQ.Ops'");
        Assert.Equal("0", Sql.Run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"));
        Assert.Equal("0", Sql.Run("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
    }

    public void Dispose()
    {
        Sql.Dispose();
        owner.Run($"DROP DATABASE {Name} WITH (FORCE)");
        owner.Dispose();
        Work.Dispose();
        GC.SuppressFinalize(this);
    }
}

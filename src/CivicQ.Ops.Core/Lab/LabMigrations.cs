using CivicQ.Ops.Core.Operations;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Lays down the lab's Alembic project: the revisions that made its schema, and two that are still to come.</summary>
internal static class LabMigrations
{
    private const string Prefix = "CivicQ.Ops.Core.Data.lab.alembic.";
    private const string Versions = "versions.";

    /// <summary>Does it where Alembic is installed; else says how it is.</summary>
    public static void LayDown(LabStore store, IOperationReporter reporter)
    {
        if (LabPrograms.Alembic() is null)
        {
            reporter.Warning($"Alembic is not installed, so the lab has no migrations. Install it with: {LabPrograms.InstallAlembic}");
            return;
        }

        LabFiles.MakeFolder(Path.Combine(LabFiles.MakeFolder(store.MigrationFolder), "versions"));
        foreach (var resource in typeof(LabMigrations).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var name = resource[Prefix.Length..];
            var file = name.StartsWith(Versions, StringComparison.Ordinal) ? Path.Combine("versions", name[Versions.Length..]) : name;
            LabFiles.Write(Path.Combine(store.MigrationFolder, file), LabData.Read("alembic." + name));
        }
    }
}

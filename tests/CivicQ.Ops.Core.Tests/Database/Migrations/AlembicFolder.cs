using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Tests.Database.Migrations;

/// <summary>An Alembic project of a test's own, with the settings and the env.py of the lab's.</summary>
internal sealed class AlembicFolder : IDisposable
{
    public AlembicFolder(params (string Revision, string? Down, string Up, string Undo)[] revisions)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "versions"));
        foreach (var name in new[] { "alembic.ini", "env.py" })
        {
            File.WriteAllText(Path.Combine(Folder, name), LabData.Read("alembic." + name));
        }

        foreach (var (revision, down, up, undo) in revisions)
        {
            Add(revision, down is null ? "None" : down.StartsWith('(') ? down : $"'{down}'", up, undo);
        }
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "civicq-alembic-" + Guid.NewGuid().ToString("N")[..8]);

    public MigrationSettings Settings => new() { Folder = Folder };

    /// <summary>The revisions that most tests use: a table, a column, another table.</summary>
    public static (string Revision, string? Down, string Up, string Undo)[] Three =>
    [
        ("aaaa1111", null, "op.execute('CREATE TABLE one (id int)')", "op.execute('DROP TABLE one')"),
        ("bbbb2222", "aaaa1111", "op.execute('ALTER TABLE one ADD two int')", "op.execute('ALTER TABLE one DROP two')"),
        ("cccc3333", "bbbb2222", "op.execute('CREATE TABLE three (id int)')", "op.execute('DROP TABLE three')"),
    ];

    public void Add(string revision, string down, string up, string undo) => File.WriteAllText(Path.Combine(Folder, "versions", revision + ".py"), $"""
        '''about {revision}'''
        import os, time
        from alembic import op

        revision = '{revision}'
        down_revision = {down}


        def upgrade():
            {up}


        def downgrade():
            {undo}
        """.ReplaceLineEndings("\n"));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

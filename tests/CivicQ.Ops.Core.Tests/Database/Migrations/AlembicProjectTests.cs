using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Tests.Database.Migrations;

public sealed class AlembicProjectTests : IDisposable
{
    private readonly AlembicFolder project = new(AlembicFolder.Three);

    private IEnumerable<string> Revisions(string settings)
    {
        File.WriteAllText(Path.Combine(project.Folder, "alembic.ini"), settings.ReplaceLineEndings("\n"));
        return AlembicProject.Read(project.Settings).Scripts.Select(script => script.Revision);
    }

    [Theory]
    [InlineData("[alembic]\nscript_location = %(here)s\n")]
    [InlineData("[alembic]\nscript_location = .\n")]
    [InlineData("# x\n[other]\nscript_location = nowhere\n\n[alembic]\nscript_location:.\n[more]\nscript_location = nowhere\n")]
    [InlineData("[alembic]\nscript_location = nowhere\nversion_locations = %(here)s/versions %(here)s/more\n")]
    [InlineData("[alembic]\nversion_path_separator = :\nversion_locations = versions:more\n")]
    [InlineData("[alembic]\nversion_path_separator = newline\nversion_locations =\n  versions\n  more\n")]
    public void Scripts_are_found_where_the_settings_say(string settings)
    {
        var several = settings.Contains("version_locations", StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(project.Folder, "more"));
        File.WriteAllText(Path.Combine(project.Folder, "more", "dddd.py"), "revision = 'dddd4444'\ndown_revision = 'cccc3333'\n");
        File.WriteAllText(Path.Combine(project.Folder, "versions", "__init__.py"), "");
        Assert.Equal(several ? ["aaaa1111", "bbbb2222", "cccc3333", "dddd4444"] : ["aaaa1111", "bbbb2222", "cccc3333"], Revisions(settings).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("[alembic]\n", "MigrationScriptsInvalid")]
    [InlineData("[alembic]\nscript_location = app:migrations\n", "MigrationScriptsInvalid")]
    [InlineData("[alembic]\nscript_location = nowhere\n", "MigrationProjectNotFound")]
    public void Settings_that_lead_nowhere_are_refused(string settings, string id) =>
        Assert.Equal(id, Assert.Throws<OperationException>(() => Revisions(settings).ToList()).Definition.Id);

    [Fact]
    public void A_folder_without_settings_is_no_project() =>
        Assert.Same(MigrationErrors.ProjectNotFound, Assert.Throws<OperationException>(() => AlembicProject.Read(new MigrationSettings { Folder = Path.Combine(project.Folder, "versions") })).Definition);

    public void Dispose() => project.Dispose();
}

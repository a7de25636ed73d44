using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Tests.Environments;

public class EnvironmentCatalogueTests
{
    [Fact]
    public void The_earlier_source_wins_regardless_of_case()
    {
        var listing = new EnvironmentCatalogue([new Source([Named("Default", "file")], []), new Source([Named("default", "variables"), Named("lab", "lab")], [])]).Read();
        Assert.Equal([("Default", "file"), ("lab", "lab")], listing.Environments.Select(environment => (environment.Name, environment.Source)));
    }

    [Fact]
    public void A_broken_definition_does_not_give_way_to_another_one()
    {
        var broken = new EnvironmentComplaint(EnvironmentErrors.KeyUnknown, "x", "f", 1, 1, "Default");
        var listing = new EnvironmentCatalogue([new Source([], [broken]), new Source([Named("default", "variables")], [])]).Read();
        Assert.Empty(listing.Environments);
        Assert.Equal(broken, Assert.Single(listing.Complaints));
    }

    [Fact]
    public void A_file_broken_as_a_whole_leaves_nothing_to_rely_on()
    {
        var broken = new EnvironmentComplaint(EnvironmentErrors.FileInvalid, "x", "f", 1, 1, null);
        var listing = new EnvironmentCatalogue([new Source([], [broken]), new Source([Named("default", "variables")], [])]).Read();
        Assert.Empty(listing.Environments);
        Assert.Equal(broken, listing.Fatal);
    }

    [Theory]
    [InlineData("prodction", "production")]
    [InlineData("PROD", "production")]
    [InlineData("stagign", "staging")]
    [InlineData("nonsense", null)]
    public void The_nearest_name_is_suggested(string name, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], NearestName.Of(name, ["production", "staging", "lab"]).Take(1));

    [Theory]
    [InlineData("2026-11-22T01:59:00Z", false)] // Sunday 02:59 in Rome
    [InlineData("2026-11-22T22:30:00Z", true)] // Sunday 23:30
    [InlineData("2026-11-23T00:59:00Z", true)] // Monday 01:59, still Sunday's
    [InlineData("2026-11-23T01:00:00Z", false)]
    [InlineData("2026-11-23T22:45:00Z", false)] // Monday 23:45
    public void A_maintenance_window_goes_past_midnight_in_its_own_time_zone(string moment, bool inside)
    {
        var window = new MaintenanceWindow { Day = DayOfWeek.Sunday, From = new TimeOnly(23, 30), To = new TimeOnly(2, 0), TimeZone = "Europe/Rome" };
        Assert.Equal(inside, window.Contains(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_variable_that_is_not_set_is_named_with_the_place_of_its_reference()
    {
        var reference = new SecretReference(SecretScheme.Variable, "CIVICQ_TEST_NOT_SET") { WrittenAt = "/etc/environments.json, line 7" };
        var error = await Assert.ThrowsAsync<OperationException>(() => new SecretResolver().ResolveAsync(reference, CancellationToken.None).AsTask());
        Assert.Equal("VariableNotSet", error.Definition.Id);
        Assert.Contains("CIVICQ_TEST_NOT_SET", error.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/environments.json, line 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void References_are_the_same_wherever_they_are_written() =>
        Assert.Equal(new SecretReference(SecretScheme.File, "/a"), new SecretReference(SecretScheme.File, "/a") { WrittenAt = "f, line 1" });

    private static CivicQEnvironment Named(string name, string source) => new() { Name = name, Source = source };

    private sealed class Source(IReadOnlyList<CivicQEnvironment> environments, IReadOnlyList<EnvironmentComplaint> complaints) : IEnvironmentSource
    {
        public EnvironmentListing Read() => new(environments, complaints);
    }
}

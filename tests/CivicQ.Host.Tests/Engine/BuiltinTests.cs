using CivicQ.Host.Builtins;
using CivicQ.Host.Engine;
using CivicQ.Host.Tests.Commands;

namespace CivicQ.Host.Tests.Engine;

public sealed class BuiltinTests : IDisposable
{
    private static readonly SampleItem[] Items = [new(2, "b"), new(10, "a"), new(null, "c"), new(2, "B")];
    private readonly HostSession session = SampleSession.Open();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Where-Object Amount -eq 2", "b,B")]
    [InlineData("Where-Object Amount -gt 2", "a")]
    [InlineData("Where-Object Amount -le '2'", "b,c,B")]
    [InlineData("Where-Object Environment -ceq b", "b")]
    [InlineData("Where-Object Environment -eq b", "b,B")]
    [InlineData("Where-Object Environment -ne b", "a,c")]
    [InlineData("Where-Object Environment -in a, c", "a,c")]
    [InlineData("Where-Object Environment -cmatch '^[A-Z]$'", "B")]
    [InlineData("Where-Object Environment -like '[ab]'", "b,a,B")]
    [InlineData("Where-Object Amount", "b,a,B")]
    [InlineData("Where-Object -Not Amount", "c")]
    [InlineData("? Nope", "")]
    [InlineData("Sort-Object Environment", "a,b,B,c")]
    [InlineData("Sort-Object Amount -Descending", "a,b,B,c")]
    [InlineData("Sort-Object Amount, Environment", "c,b,B,a")]
    [InlineData("Sort-Object Amount -Unique", "c,b,a")]
    [InlineData("Select-Object -First 2", "b,a")]
    [InlineData("Select-Object -Last 2", "c,B")]
    [InlineData("Select-Object -Skip 1 -First 1", "a")]
    [InlineData("Select-Object -First 0", "")]
    public void Objects_are_filtered_and_sorted(string line, string expected) =>
        Assert.Equal(expected, string.Join(',', session.Invoke($"{line} | ForEach-Object Environment", Items).Output));

    [Theory]
    [InlineData("Where-Object Amount 2", "OperatorNotSpecified", true)]
    [InlineData("Where-Object Amount -eq", "ValueNotSpecifiedForWhereObject", true)]
    [InlineData("Where-Object Amount -gt many | Select-Object -First 1", "OperatorFailed", false)]
    [InlineData("Where-Object Environment -match '(' ", "BadOperatorArgument", false)]
    [InlineData("Select-Object -First -1", "ParameterArgumentValidationError", true)]
    [InlineData("Select-Object -ExpandProperty Nope", "ExpandPropertyNotFound", false)]
    [InlineData("Select-Object Amount, amount", "AlreadyExistingUserSpecifiedPropertyNoExpand", false)]
    [InlineData("Measure-Object Environment -Sum", "NonNumericInputObject", false)]
    public void Their_errors_are_PowerShells(string line, string id, bool terminated)
    {
        var result = session.Invoke(line, Items.Take(1));
        var error = Assert.Single(result.Errors);
        Assert.StartsWith($"{id},Microsoft.PowerShell.Commands.", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(terminated, result.Terminated);
    }

    [Fact]
    public void Measure_counts_and_adds_up()
    {
        var measured = Assert.Single(session.Invoke("Measure-Object Amount -AllStats", Items).OutputOf<MeasureInfo>());
        Assert.Equal(3, measured.Count);
        Assert.Equal(14, measured.Sum);
        Assert.Equal(14 / 3.0, measured.Average!.Value, 9);
        Assert.Equal(10.0, measured.Maximum);
        Assert.Equal(2.0, measured.Minimum);
        Assert.Equal(4.618802153517006, measured.StandardDeviation!.Value, 9);
        Assert.Equal("c", Assert.Single(session.Invoke("Measure-Object Environment -Maximum", Items).OutputOf<MeasureInfo>()).Maximum);
        Assert.Empty(session.Invoke("Measure-Object Nope", Items).Output);
        Assert.Equal(0, Assert.Single(session.Invoke("Measure-Object", []).OutputOf<MeasureInfo>()).Count);
    }

    [Fact]
    public void Repeated_values_are_left_out() =>
        Assert.Equal([2, 10, null], session.Invoke("Select-Object -ExpandProperty Amount -Unique", Items).Output);
}

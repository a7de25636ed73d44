using CivicQ.Help.Checks;

namespace CivicQ.Help.Tests;

public sealed class ExampleScannerTests
{
    [Theory]
    [InlineData("Get-A -X 1 | Get-B -Y", "Get-A:X Get-B:Y")]
    [InlineData("Get-A -X (Get-B -Y 1).Z -W", "Get-A:X,W Get-B:Y")]
    [InlineData("Get-A `\n  -X 1\nGet-B -Y", "Get-A:X Get-B:Y")]
    [InlineData("Get-A |\n  Get-B -Y", "Get-A: Get-B:Y")]
    [InlineData("$x = Get-A -X # -Not", "$x: Get-A:X")]
    [InlineData("Get-A -X 'a -b; Get-C' -Y \"-z\"", "Get-A:X,Y")]
    [InlineData("Get-A -X -1 -Y:$false", "Get-A:X,Y")]
    [InlineData("civicq Get-A -X", "Get-A:X")]
    public void Commands_and_their_parameters_are_found(string code, string expected)
    {
        var found = ExampleScanner.Scan(code).Select(command => $"{command.Name}:{string.Join(',', command.Parameters.Select(parameter => parameter.Name))}");
        Assert.Equal(expected, string.Join(' ', found.Where(command => command != "civicq:")));
    }

    [Fact]
    public void Values_are_those_that_commas_hold_together()
    {
        var parameter = ExampleScanner.Scan("Get-A -X One, 'Two',Three Four -Y").Single().Parameters[0];
        Assert.Equal(["One", "Two", "Three"], ExampleScanner.PlainWords(parameter.Values));
    }

    [Fact]
    public void Lines_are_counted() => Assert.Equal([0, 2], ExampleScanner.Scan("Get-A\n\nGet-B").Select(command => command.Line));
}

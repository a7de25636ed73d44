namespace CivicQ.Host.Tests.Engine;

/// <summary>Words of argv, whose quotes the shell has taken away.</summary>
public sealed class ArgvTests
{
    [Theory]
    [InlineData("Get-FixtureBound|-Names|a,b", "__AllParameterSets(Names=['a','b'])")]
    [InlineData("Get-FixtureBound|-Text|a,b", "__AllParameterSets(Text='a,b')")]
    [InlineData("Get-FixtureBound|-Text|with space", "__AllParameterSets(Text='with space')")]
    [InlineData("Get-FixtureBound|-Text|$HOME", "__AllParameterSets(Text='$HOME')")]
    [InlineData("Get-FixtureBound|-Number|1kb", "__AllParameterSets(Number=Int32 1024)")]
    [InlineData("Get-FixtureBound|-Size|2gb", "__AllParameterSets(Size=Int64 2147483648)")]
    [InlineData("Get-FixtureBound|-Flag:false", "__AllParameterSets(Flag=off)")]
    [InlineData("Get-FixtureBound|-Flag:$false", "__AllParameterSets(Flag=off)")]
    [InlineData("Get-FixtureBound|-Text:x y", "__AllParameterSets(Text='x y')")]
    [InlineData("Get-FixtureBound|-Table|@{a=1; b='x'}", "__AllParameterSets(Table={a:Int32 1,b:'x'})")]
    [InlineData("Get-FixtureBound|-Any|12", "__AllParameterSets(Any=Int32 12)")]
    [InlineData("Get-FixtureBound -Names a, b", "__AllParameterSets(Names=['a','b'])")]
    public void Words_bind_by_the_parameters_type(string words, string expected)
    {
        using var session = Fixture.Open();
        Assert.Equal(expected, Assert.Single(session.Invoke(words.Split('|')).OutputOf<string>()));
    }

    [Fact]
    public void A_bar_parts_commands()
    {
        using var session = Fixture.Open();
        Assert.Equal([3], session.Invoke(["Write-FixtureNumber", "3", "|", "Select-Object", "-Last", "1"]).OutputOf<int>());
    }
}

using System.Collections;
using CivicQ.Host.Engine;
using CivicQ.Host.Tests.Commands;

namespace CivicQ.Host.Tests.Binding;

public sealed class CommandLineBindingTests : IDisposable
{
    private readonly HostSession session = SampleSession.Open();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Get-Sample", "ByName")]
    [InlineData("Get-Sample a", "ByName")]
    [InlineData("Get-Sample -Id 5", "ById")]
    [InlineData("Get-Sample -Shared", "ByName")]
    [InlineData("Get-Sample -Shared -Id 5", "ById")]
    [InlineData("Join-Sample -Right x", "Right")]
    [InlineData("Join-Sample -Left x y z", "Left")]
    public void The_parameters_decide_the_set(string line, string set) => Assert.Equal(set, Bind(line).Set);

    [Theory]
    [InlineData("Get-Sample -Name a -Id 5", "AmbiguousParameterSet")]
    [InlineData("Join-Sample", "AmbiguousParameterSet")]
    [InlineData("Join-Sample -Left a -Right b", "AmbiguousParameterSet")]
    [InlineData("Get-Sample -Id", "MissingArgument")]
    [InlineData("Get-Sample -Id -Force", "MissingArgument")]
    [InlineData("Get-Sample -Id:", "ParameterRequiresArgument")]
    [InlineData("Get-Sample -Nonsense", "NamedParameterNotFound")]
    [InlineData("Get-Sample -S x", "AmbiguousParameter")]
    [InlineData("Get-Sample a 2 c", "PositionalParameterNotFound")]
    [InlineData("Get-Sample -Count 1 -Count 2", "ParameterAlreadyBound")]
    [InlineData("Get-Sample -Name a -Title b", "ParameterAlreadyBound")]
    [InlineData("Get-Sample -Count many", "CannotConvertArgumentNoMessage")]
    [InlineData("Get-Sample -Count 1,2", "CannotConvertArgument")]
    [InlineData("Get-Sample -Count $null", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Size $null", "ParameterBindingFailed")]
    [InlineData("Get-Sample -Size 99999999999999999999", "CannotConvertArgumentNoMessage")]
    [InlineData("Get-Sample -Flag true", "CannotConvertArgument")]
    [InlineData("Get-Sample -Flag $null", "ParameterArgumentValidationErrorNullNotAllowed")]
    [InlineData("Get-Sample -Force:yes", "CannotConvertArgument")]
    [InlineData("Get-Sample -Text a,b", "CannotConvertArgument")]
    [InlineData("Get-Sample @('a','b'),c", "CannotConvertArgument")]
    [InlineData("Get-Sample -Day t", "CannotConvertArgumentNoMessage")]
    [InlineData("Get-Sample -Day 9", "CannotConvertArgumentNoMessage")]
    [InlineData("Get-Sample -Label x", "CannotConvertArgumentNoMessage")]
    [InlineData("Get-Sample -For nonsense", "CannotConvertArgumentNoMessage")]
    [InlineData("Get-Sample -Count 0", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Count 11", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Colour Blue", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Code A1", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Short a", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Short abcde", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Few a,b,c", "ParameterArgumentValidationError")]
    [InlineData("Get-Sample -Text ''", "ParameterArgumentValidationError")]
    [InlineData("Read-Sample", "MissingMandatoryParameter")]
    [InlineData("Read-Sample $null", "ParameterArgumentValidationErrorNullNotAllowed")]
    [InlineData("Join-Sample -Left ''", "ParameterArgumentValidationErrorEmptyStringNotAllowed")]
    [InlineData("Write-Failure Error -Bad luck", "ParameterBindingFailed")]
    [InlineData("Get-Sample -OutVariable x", "ParameterNotSupported")]
    public void What_does_not_fit_is_refused_before_anything_runs(string line, string id)
    {
        var result = session.Invoke(line);
        Assert.Equal(id, Assert.Single(result.Errors).FullyQualifiedErrorId.Split(',')[0]);
        Assert.True(result.Terminated);
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("Get-Sample a,b 3", "Name", new object[] { "a", "b" })]
    [InlineData("Get-Sample a", "Name", new object[] { "a" })]
    [InlineData("Get-Sample -Title a", "Name", new object[] { "a" })]
    [InlineData("Get-Sample -Few 0x10,1.50", "Few", new object[] { "16", "1.5" })]
    [InlineData("Get-Sample -Day mon,2", "Day", new object[] { DayOfWeek.Monday, DayOfWeek.Tuesday })]
    [InlineData("Get-Sample -Numbers 1,'2'", "Numbers", new object[] { 1, 2 })]
    [InlineData("Join-Sample -Left x y z", "Rest", new object[] { "y", "z" })]
    public void Lists_bind(string line, string parameter, object[] expected) =>
        Assert.Equal(expected, ((IEnumerable)Bind(line)[parameter]!).Cast<object>());

    [Theory]
    [InlineData("Get-Sample -Count:5", "Count", 5)]
    [InlineData("Get-Sample -Count: 5", "Count", 5)]
    [InlineData("Get-Sample -Cou 5", "Count", 5)]
    [InlineData("Get-Sample a 5", "Count", 5)]
    [InlineData("Get-Sample -Count 2.5", "Count", 2)]
    [InlineData("Get-Sample -Count 3.5", "Count", 4)]
    [InlineData("Get-Sample -Count '0x0A'", "Count", 10)]
    [InlineData("Get-Sample -Size 2gb", "Size", 2147483648L)]
    [InlineData("Get-Sample -Size '1kb'", "Size", 1024L)]
    [InlineData("Get-Sample -Size -5", "Size", -5L)]
    [InlineData("Get-Sample -Ratio .5", "Ratio", 0.5)]
    [InlineData("Get-Sample -Flag 1", "Flag", true)]
    [InlineData("Get-Sample -Flag:$false", "Flag", false)]
    [InlineData("Get-Sample -Text 007", "Text", "007")]
    [InlineData("Get-Sample -Text $true", "Text", "True")]
    [InlineData("Get-Sample -Text 1kb", "Text", "1kb")]
    [InlineData("Get-Sample -Text '-x'", "Text", "-x")]
    [InlineData("Get-Sample -Colour red", "Colour", "red")]
    [InlineData("Get-Sample -Anything 5", "Anything", 5)]
    [InlineData("Get-Sample -Anything 1gb", "Anything", 1073741824)]
    [InlineData("Get-Sample -Anything -5", "Anything", "-5")]
    [InlineData("Get-Sample -Anything abc", "Anything", "abc")]
    public void Values_are_converted_as_PowerShell_converts_them(string line, string parameter, object expected) => Assert.Equal(expected, Bind(line)[parameter]);

    [Theory]
    [InlineData("Get-Sample -Force", true)]
    [InlineData("Get-Sample -Force:$true", true)]
    [InlineData("Get-Sample -Force:0", false)]
    [InlineData("Get-Sample -Force:$false", false)]
    [InlineData("Get-Sample -Force:$null", true)]
    public void Switches_are_there_or_not(string line, bool expected) => Assert.Equal(expected, Bind(line)["Force"]?.ToString() == "True");

    [Fact]
    public void Moments_spans_and_addresses_are_read()
    {
        var bound = Bind("Get-Sample -For 1:30 -Since 2026-01-02T03:04:05Z -Address https://civicq.example/a");
        Assert.Equal(TimeSpan.FromMinutes(90), bound["For"]);
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), bound["Since"]);
        Assert.Equal(new Uri("https://civicq.example/a"), bound["Address"]);
        Assert.Equal(TimeSpan.FromDays(-1), Bind("Get-Sample -For -1")["For"]);
        Assert.Equal(TimeSpan.FromTicks(5), Bind("Get-Sample -For 5")["For"]);
    }

    [Fact]
    public void Hashtables_bind()
    {
        var label = Assert.IsType<Hashtable>(Bind("Get-Sample -Label @{ a = 1; 'b c' = 'x', -2 }")["Label"]);
        Assert.Equal(1, label["A"]);
        Assert.Equal(new object[] { "x", -2 }, label["b c"]);
    }

    [Fact]
    public void What_is_not_given_is_not_bound() => Assert.Equal(["Name"], Bind("gsa a").Values.Keys);

    [Fact]
    public void A_cmdlets_own_parameter_wins_over_a_common_one() => Assert.Equal("x", Bind("Get-Sample -Te x -ErrorAction Stop")["Text"]);

    [Fact]
    public void Argv_says_the_same_without_quotes()
    {
        var bound = Assert.Single(session.Invoke(["Get-Sample", "a,b", "-Force:false", "-Text", "x,y", "-Count", "3", "-Flag", "true"]).OutputOf<BoundParameters>());
        Assert.Equal(["a", "b"], (string[])bound["Name"]!);
        Assert.Equal("False", bound["Force"]!.ToString());
        Assert.Equal("x,y", bound["Text"]);
        Assert.Equal(3, bound["Count"]);
        Assert.Equal(true, bound["Flag"]);
    }

    [Fact]
    public void A_command_that_is_not_there_is_named_with_what_was_probably_meant()
    {
        var result = session.Invoke("Get-Sampel");
        var error = Assert.Single(result.Errors);
        Assert.Equal("CommandNotFoundException", error.FullyQualifiedErrorId);
        Assert.Equal("Did you mean Get-Sample?", error.ErrorDetails!.RecommendedAction);
        Assert.Equal(ExitCodes.Usage, result.ExitCode);
    }

    private BoundParameters Bind(string line)
    {
        var result = session.Invoke(line);
        Assert.Empty(result.Errors);
        return Assert.Single(result.OutputOf<BoundParameters>());
    }
}

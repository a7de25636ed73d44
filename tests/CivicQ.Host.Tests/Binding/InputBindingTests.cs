using System.Management.Automation;
using CivicQ.Host.Engine;
using CivicQ.Host.Tests.Commands;

namespace CivicQ.Host.Tests.Binding;

public sealed class InputBindingTests : IDisposable
{
    private readonly HostSession session = SampleSession.Open();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Whole_objects_bind_as_they_are_and_converted() => Assert.Equal(["1 none", "2 none", "6 none"], Read([1, "2", 5.5]).Output);

    [Fact]
    public void Properties_bind_by_name_and_alias_and_do_not_stay_for_the_next_object() =>
        Assert.Equal(["1 e", "2 none"], Read([new SampleItem(1, "e"), Note(("Number", "2"))]).Output);

    [Fact]
    public void What_does_not_bind_is_an_error_and_the_next_object_goes_on()
    {
        var result = Read(["x", null, new { Other = 1 }, Note(("Amount", "x"), ("Environment", 5)), 7]);
        Assert.Equal(["7 none"], result.Output);
        Assert.Equal(
            ["InputObjectNotBound", "ParameterArgumentValidationErrorNullNotAllowed", "InputObjectNotBound", "InputObjectMissingMandatory"],
            result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.False(result.Terminated);
        Assert.Equal(ExitCodes.Error, result.ExitCode);
    }

    [Fact]
    public void A_parameter_that_is_bound_already_takes_no_input() =>
        Assert.Equal("InputObjectNotBound", Assert.Single(session.Invoke("Read-Sample 2", [1]).Errors).FullyQualifiedErrorId.Split(',')[0]);

    [Fact]
    public void No_input_runs_begin_and_end_alone() => Assert.Equal(["a begin", "a end"], session.Invoke("Invoke-Stage a -Verbose", []).Verbose);

    [Fact]
    public void One_object_binds_to_a_list() => Assert.Equal(["a", "b"], session.Invoke("Remove-Sample -Confirm:$false", ["a", "b"]).Output);

    private InvocationResult Read(object?[] input) => session.Invoke("Read-Sample", input);

    private static PSObject Note(params (string Name, object Value)[] properties)
    {
        var item = new PSObject();
        foreach (var (name, value) in properties)
        {
            item.Properties.Add(new PSNoteProperty(name, value));
        }

        return item;
    }
}

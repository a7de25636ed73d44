using CivicQ.Host.Presentation.Views;

namespace CivicQ.Host.Tests.Presentation;

public sealed class ViewExpressionTests
{
    [Fact]
    public void A_text_that_is_null_reaches_the_method_as_an_empty_one()
    {
        // What pwsh does: seen there, where a column stayed empty that the host had filled.
        var call = ViewExpression.Call("[CivicQ.Host.Tests.Presentation.SampleDisplay]::Text($_.Detail)", name => typeof(SampleDisplay).Assembly.GetType(name));
        Assert.Equal("<>", call.Evaluate(new SampleRecord("lab", DayOfWeek.Monday, null, null!)));
        Assert.Equal("<x>", call.Evaluate(new SampleRecord("lab", DayOfWeek.Monday, null, "x")));
    }
}

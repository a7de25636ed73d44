using System.Globalization;
using System.Management.Automation;

namespace CivicQ.Host.Tests.Engine;

/// <summary>Conversions and comparisons that no command line reaches.</summary>
public sealed class LanguagePrimitivesTests
{
    [Fact]
    public void The_invariant_culture_is_used_whatever_the_threads_is()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            comma.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(1.5, LanguagePrimitives.ConvertTo<double>("1.5"));
            Assert.Equal("1.5", LanguagePrimitives.ConvertTo<string>(1.5));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("False", true)]
    [InlineData(0, false)]
    [InlineData(0.1, true)]
    [InlineData(new object[] { }, false)]
    [InlineData(new object[] { 0 }, false)]
    [InlineData(new object[] { 0, 0 }, true)]
    public void Truth_is_PowerShells(object? value, bool expected) => Assert.Equal(expected, LanguagePrimitives.IsTrue(value));

    [Fact]
    public void Numbers_of_different_types_compare_by_value()
    {
        Assert.True(LanguagePrimitives.Compare(1, 1.5) < 0);
        Assert.Equal(0, LanguagePrimitives.Compare(long.MaxValue, (decimal)long.MaxValue));
        Assert.True(LanguagePrimitives.Equals(1, 1.0));
        Assert.True(LanguagePrimitives.Equals("ABC", "abc", ignoreCase: true, CultureInfo.InvariantCulture));
        Assert.False(LanguagePrimitives.Equals("ABC", "abc", ignoreCase: false, CultureInfo.InvariantCulture));
        Assert.True(LanguagePrimitives.Compare(TimeSpan.FromSeconds(90), "00:01:00") > 0);
    }

    [Fact]
    public void A_failed_conversion_leaves_no_value()
    {
        Assert.False(LanguagePrimitives.TryConvertTo("x", typeof(int), out var value));
        Assert.Null(value);
        Assert.Throws<PSInvalidCastException>(() => LanguagePrimitives.ConvertTo<int>("x"));
    }

    [Fact]
    public void An_object_becomes_a_list_of_one()
    {
        Assert.Equal([5], LanguagePrimitives.ConvertTo<int[]>("5"));
        Assert.Equal([1, 2], LanguagePrimitives.ConvertTo<List<int>>(new object[] { "1", 2.0 }));
    }
}

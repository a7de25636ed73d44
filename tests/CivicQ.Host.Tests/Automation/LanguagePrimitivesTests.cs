using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace CivicQ.Host.Tests.Automation;

public sealed class LanguagePrimitivesTests
{
    [Theory]
    [InlineData("5", typeof(int), 5)]
    [InlineData(" 7 ", typeof(int), 7)]
    [InlineData("", typeof(int), 0)]
    [InlineData("2.5", typeof(int), 2)]
    [InlineData("3.5", typeof(int), 4)]
    [InlineData("0x1F", typeof(int), 31)]
    [InlineData("1kb", typeof(long), 1024L)]
    [InlineData(2.5, typeof(int), 2)]
    [InlineData(true, typeof(int), 1)]
    [InlineData('a', typeof(int), 97)]
    [InlineData("1.5", typeof(double), 1.5)]
    [InlineData(1.5, typeof(string), "1.5")]
    [InlineData(true, typeof(string), "True")]
    [InlineData("a", typeof(char), 'a')]
    [InlineData("", typeof(bool), false)]
    [InlineData("false", typeof(bool), true)]
    [InlineData(0, typeof(bool), false)]
    [InlineData("monday", typeof(DayOfWeek), DayOfWeek.Monday)]
    [InlineData("wed", typeof(DayOfWeek), DayOfWeek.Wednesday)]
    [InlineData("3", typeof(DayOfWeek), DayOfWeek.Wednesday)]
    [InlineData(3, typeof(DayOfWeek), DayOfWeek.Wednesday)]
    [InlineData("Read, Write", typeof(FileAccess), FileAccess.ReadWrite)]
    [InlineData("5", typeof(int?), 5)]
    [InlineData(null, typeof(int?), null)]
    [InlineData(null, typeof(int), 0)]
    [InlineData(null, typeof(string), "")]
    public void Values_convert(object? value, Type type, object? expected) => Assert.Equal(expected, LanguagePrimitives.ConvertTo(value, type, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("x", typeof(int))]
    [InlineData("99999999999", typeof(int))]
    [InlineData("x", typeof(DayOfWeek))]
    [InlineData("t", typeof(DayOfWeek))]
    [InlineData(9, typeof(DayOfWeek))]
    [InlineData("x", typeof(TimeSpan))]
    [InlineData("x", typeof(Hashtable))]
    [InlineData("yes", typeof(SwitchParameter))]
    public void What_cannot_be_converted_says_so(object value, Type type)
    {
        Assert.StartsWith("Cannot convert ", Assert.Throws<PSInvalidCastException>(() => LanguagePrimitives.ConvertTo(value, type, CultureInfo.InvariantCulture)).Message, StringComparison.Ordinal);
        Assert.False(LanguagePrimitives.TryConvertTo(value, type, out var result));
        Assert.Null(result);
    }

    [Fact]
    public void Collections_convert_element_by_element()
    {
        Assert.Equal([1, 2], LanguagePrimitives.ConvertTo<int[]>(new object[] { "1", 2.0 }));
        Assert.Equal([5], LanguagePrimitives.ConvertTo<int[]>("5"));
        Assert.Equal(["a"], LanguagePrimitives.ConvertTo<List<string>>("a"));
        Assert.Equal("a 1", LanguagePrimitives.ConvertTo<string>(new object[] { "a", 1 }));
    }

    [Fact]
    public void Types_convert_by_their_own_members()
    {
        Assert.Equal(TimeSpan.FromMinutes(90), LanguagePrimitives.ConvertTo<TimeSpan>("1:30"));
        Assert.Equal(TimeSpan.FromTicks(5), LanguagePrimitives.ConvertTo<TimeSpan>(5));
        Assert.Equal(new Version(1, 2), LanguagePrimitives.ConvertTo<Version>("1.2"));
        Assert.Equal(new Uri("a/b", UriKind.Relative), LanguagePrimitives.ConvertTo<Uri>("a/b"));
        Assert.Equal(new DateTime(2026, 1, 2), LanguagePrimitives.ConvertTo<DateTime>("2026-01-02"));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("0", true)]
    [InlineData(0.0, false)]
    [InlineData(new object[0], false)]
    [InlineData(new object[] { 0 }, false)]
    [InlineData(new object[] { 0, 0 }, true)]
    public void Truth(object? value, bool expected) => Assert.Equal(expected, LanguagePrimitives.IsTrue(value));

    [Theory]
    [InlineData("a", "A", true, true)]
    [InlineData("a", "A", false, false)]
    [InlineData(1, "1", true, true)]
    [InlineData("1", 1, true, true)]
    [InlineData(1, 1.0, true, true)]
    [InlineData(DayOfWeek.Monday, "monday", true, true)]
    [InlineData(null, "", true, false)]
    public void Equality(object? one, object? other, bool ignoreCase, bool expected) => Assert.Equal(expected, LanguagePrimitives.Equals(one, other, ignoreCase, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(2, "10", -1)]
    [InlineData("2", 10, 1)]
    [InlineData(2.5, 2, 1)]
    [InlineData(null, 1, -1)]
    [InlineData("a", "B", -1)]
    [InlineData(DayOfWeek.Monday, "Tuesday", -1)]
    public void Order(object? one, object? other, int expected) => Assert.Equal(expected, Math.Sign(LanguagePrimitives.Compare(one, other, ignoreCase: true, CultureInfo.InvariantCulture)));
}

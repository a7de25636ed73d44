using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Core.Tests.Measures;

public class MeasureTests
{
    [Theory]
    [InlineData(0.735, MeasureUnit.Ratio, "73.5 %")]
    [InlineData(0.01, MeasureUnit.Ratio, "1 %")]
    [InlineData(0.0123, MeasureUnit.Seconds, "12 ms")]
    [InlineData(0.00042, MeasureUnit.Seconds, "420 µs")]
    [InlineData(125, MeasureUnit.Seconds, "2 min 5 s")]
    [InlineData(-90061, MeasureUnit.Seconds, "-1 d 1 h")]
    [InlineData(1, MeasureUnit.Days, "1 day")]
    [InlineData(41.9, MeasureUnit.Days, "41 days")]
    [InlineData(1536, MeasureUnit.Bytes, "1.5 KiB")]
    [InlineData(1023, MeasureUnit.Bytes, "1023 B")]
    [InlineData(1234567, MeasureUnit.Count, "1,234,567")]
    [InlineData(double.NaN, MeasureUnit.Count, "")]
    public void Numbers_are_written_as_people_read_them(double value, MeasureUnit unit, string expected) =>
        Assert.Equal(expected, Measure.Format(value, unit));
}

using System.Globalization;
using System.Management.Automation;

namespace CivicQ.Ops;

/// <summary>The range of a parameter that is a duration.</summary>
/// <param name="leastSeconds">The shortest that is allowed, in seconds.</param>
/// <param name="mostSeconds">The longest that is allowed, in seconds.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ValidateDurationAttribute(double leastSeconds, double mostSeconds) : ValidateArgumentsAttribute
{
    /// <summary>The shortest that is allowed, in seconds.</summary>
    public double LeastSeconds => leastSeconds;

    /// <summary>The longest that is allowed, in seconds.</summary>
    public double MostSeconds => mostSeconds;

    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        var value = arguments is PSObject wrapped ? wrapped.BaseObject : arguments;
        if (value is TimeSpan time && (time.TotalSeconds < leastSeconds || time.TotalSeconds > mostSeconds))
        {
            throw new ValidationMetadataException(
                $"The duration {time.ToString("c", CultureInfo.InvariantCulture)} is not between {Text(leastSeconds)} and {Text(mostSeconds)}.");
        }
    }

    private static string Text(double seconds) => TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);
}

namespace CivicQ.Ops.Core.Measures;

/// <summary>What a number counts.</summary>
public enum MeasureUnit
{
    /// <summary>Pieces.</summary>
    Count,

    /// <summary>A share, 0 to 1.</summary>
    Ratio,

    /// <summary>Seconds.</summary>
    Seconds,

    /// <summary>Days.</summary>
    Days,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Pieces a second.</summary>
    PerSecond,
}

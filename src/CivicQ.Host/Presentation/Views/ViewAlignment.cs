namespace CivicQ.Host.Presentation.Views;

/// <summary>The alignment of a column.</summary>
public enum ViewAlignment
{
    /// <summary>Not given.</summary>
    Undefined,

    /// <summary>Left.</summary>
    Left,

    /// <summary>Centred.</summary>
    Center,

    /// <summary>Right.</summary>
    Right,
}

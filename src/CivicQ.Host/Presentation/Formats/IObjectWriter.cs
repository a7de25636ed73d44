namespace CivicQ.Host.Presentation.Formats;

/// <summary>Writes a pipeline's output in one format.</summary>
public interface IObjectWriter
{
    /// <summary>Writes an object.</summary>
    /// <param name="value">The object; null is nothing to show, and null in JSON.</param>
    void Write(object? value);

    /// <summary>Writes what was held back, and what ends the format. Called once, also when the pipeline failed.</summary>
    void Complete();
}

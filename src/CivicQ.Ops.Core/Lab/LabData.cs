namespace CivicQ.Ops.Core.Lab;

/// <summary>The files of <c>Data/lab</c>, which are part of this assembly.</summary>
internal static class LabData
{
    /// <summary>Reads a file.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(LabData).Assembly.GetManifestResourceStream($"CivicQ.Ops.Core.Data.lab.{name}")
            ?? throw new InvalidOperationException($"Data/lab/{name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

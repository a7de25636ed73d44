using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Health;

namespace CivicQ.Ops.Core.Procedures;

/// <summary>The places where environments are defined: the one list to add to.</summary>
public static class EnvironmentSources
{
    /// <summary>The catalogue over all sources. Cheap to make; what was read is kept by the sources.</summary>
    /// <returns>The catalogue, by the variables of this moment.</returns>
    public static EnvironmentCatalogue Catalogue() => new([File(), new LabSource(), new VariableSource()]);

    /// <summary>The user's file.</summary>
    /// <returns>The source.</returns>
    public static EnvironmentFile File() => new(EnvironmentFile.DefaultPath(), ThresholdSet.Names);

    /// <summary>Changes the user's file.</summary>
    /// <param name="path">Another file, or <see langword="null"/>.</param>
    /// <returns>The writer.</returns>
    public static EnvironmentFileWriter Writer(string? path = null) => new(path ?? EnvironmentFile.DefaultPath(), ThresholdSet.Names);
}

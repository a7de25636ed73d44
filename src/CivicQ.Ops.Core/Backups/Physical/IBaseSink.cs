namespace CivicQ.Ops.Core.Backups.Physical;

/// <summary>Takes the files of a base backup as they come out of its tar.</summary>
internal interface IBaseSink
{
    /// <summary>A file or folder begins.</summary>
    void Begin(BaseFile file);

    /// <summary>Its next bytes.</summary>
    void Data(ReadOnlySpan<byte> bytes);

    /// <summary>It is over.</summary>
    void End();
}

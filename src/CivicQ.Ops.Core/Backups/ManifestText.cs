using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Backups;

/// <summary>
/// The two small files beside a backup's data: <c>manifest.json</c>, and <c>SHA256SUMS</c> with the sums of both others, as <c>sha256sum -c</c>
/// reads it. A backup without the latter is none: it is written last.
/// </summary>
internal static class ManifestText
{
    /// <summary>The manifest's file name.</summary>
    public const string ManifestFile = "manifest.json";

    /// <summary>The sums' file name.</summary>
    public const string SumsFile = "SHA256SUMS";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>Writes the manifest.</summary>
    public static byte[] Write(BackupManifest manifest) => [.. JsonSerializer.SerializeToUtf8Bytes(manifest, Options), (byte)'\n'];

    /// <summary>Writes the sums.</summary>
    public static byte[] Sums(BackupManifest manifest, ReadOnlySpan<byte> text) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{manifest.Sha256}  {manifest.FileName}\n{Sum(text)}  {ManifestFile}\n"));

    /// <summary>Reads the manifest, and sees to it that it and the sums are what was written together.</summary>
    /// <exception cref="OperationException"><see cref="BackupErrors.Damaged"/>, <see cref="BackupErrors.ManifestTooNew"/>.</exception>
    public static BackupManifest Read(ReadOnlySpan<byte> text, ReadOnlySpan<byte> sums, string place)
    {
        BackupManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(text, Options);
        }
        catch (JsonException error)
        {
            throw new OperationException(BackupErrors.Damaged, $"{place}: {ManifestFile} is not what was written: {error.Message}", place, error);
        }

        if (manifest?.Version > 1)
        {
            throw new OperationException(BackupErrors.ManifestTooNew, string.Create(CultureInfo.InvariantCulture, $"{place}: the manifest is of version {manifest.Version}; this module reads 1."), place);
        }

        // The whole text of the sums is compared, so that no byte of the three files can change unseen.
        return manifest is not null && sums.SequenceEqual(Sums(manifest, text))
            ? manifest
            : throw new OperationException(BackupErrors.Damaged, $"{place}: {ManifestFile} and {SumsFile} do not belong together; one of them was changed.", place);
    }

    private static string Sum(ReadOnlySpan<byte> text) => Convert.ToHexString(SHA256.HashData(text)).ToLowerInvariant();
}

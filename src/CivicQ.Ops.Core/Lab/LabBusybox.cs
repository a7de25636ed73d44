using System.Formats.Tar;
using System.Text;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Lab;

/// <summary>The file system of the lab's own image: this machine's static busybox, and links to it.</summary>
internal static class LabBusybox
{
    private const int Beginning = 4096;
    private static readonly string[] Applets = ["sh", "httpd", "wget", "nc", "dd", "mkfifo", "mkdir", "sleep", "rm", "cat", "ls", "ps", "hostname", "true"];

    /// <summary>Writes it as a tar archive.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The archive, at its beginning.</returns>
    /// <exception cref="OperationException"><c>LabServerNotInstalled</c>.</exception>
    public static async Task<MemoryStream> ArchiveAsync(CancellationToken cancellationToken)
    {
        var program = await FindAsync(cancellationToken).ConfigureAwait(false) ?? throw new OperationException(
            LabErrors.ServerNotInstalled,
            "The services' image is made of a static busybox, which is not installed. Install it with: sudo apt-get install -y --no-install-recommends busybox-static; or name an image with -ServiceImage.",
            nameof(LabServerKind.Services));
        const UnixFileMode All = (UnixFileMode)0b111_101_101;
        var archive = new MemoryStream();
        var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var folder in (string[])["bin", "etc", "tmp", "www"])
            {
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.Directory, folder) { Mode = All }, cancellationToken).ConfigureAwait(false);
            }

            var file = File.OpenRead(program);
            await using var closing = file.ConfigureAwait(false);
            await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, "bin/busybox") { Mode = All, DataStream = file }, cancellationToken).ConfigureAwait(false);
            foreach (var applet in Applets)
            {
                await writer.WriteEntryAsync(new UstarTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { Mode = All, LinkName = "busybox" }, cancellationToken).ConfigureAwait(false);
            }
        }

        archive.Position = 0;
        return archive;
    }

    private static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        foreach (var path in new[] { "/bin/busybox", "/bin/busybox.static", LabPrograms.OnPath("busybox", "/usr/bin") }.OfType<string>().Distinct().Where(File.Exists))
        {
            var file = File.OpenRead(path);
            await using var closing = file.ConfigureAwait(false);
            var start = new byte[Beginning];
            var length = await file.ReadAtLeastAsync(start, Beginning, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);

            // One that names a loader needs libraries, which the image does not have.
            var text = Encoding.Latin1.GetString(start, 0, length);
            if (text.StartsWith("\u007FELF", StringComparison.Ordinal) && !text.Contains("/ld-", StringComparison.Ordinal))
            {
                return path;
            }
        }

        return null;
    }
}

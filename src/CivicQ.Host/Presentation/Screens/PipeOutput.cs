using System.IO.Pipes;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CivicQ.Host.Presentation.Screens;

/// <summary>
/// The standard output where it is a pipe. <see cref="Console.Out"/> says nothing when the reader has gone, and a cmdlet that writes on
/// would never end.
/// </summary>
internal static class PipeOutput
{
    private const int StandardOutput = 1;

    /// <summary>Opens it.</summary>
    /// <returns>A writer that sends each line at once; null where the output is no pipe.</returns>
    public static TextWriter? TryOpen()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return null;
        }

        try
        {
            var pipe = new AnonymousPipeClientStream(PipeDirection.Out, new SafePipeHandle(StandardOutput, ownsHandle: false));
            return new StreamWriter(pipe, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
        }
        catch (Exception notPipe) when (notPipe is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

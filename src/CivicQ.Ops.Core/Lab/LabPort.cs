using System.Net;
using System.Net.Sockets;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Free TCP ports of the loopback interface.</summary>
internal static class LabPort
{
    /// <summary>A port that nobody listens on at this moment.</summary>
    public static int Free()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }
}

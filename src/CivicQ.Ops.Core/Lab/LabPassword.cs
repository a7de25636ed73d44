using System.Security.Cryptography;

namespace CivicQ.Ops.Core.Lab;

/// <summary>Random passwords that need no quoting anywhere.</summary>
internal static class LabPassword
{
    /// <summary>A new password of 24 letters and digits.</summary>
    public static string Create() => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", 24);
}

namespace CivicQ.Ops.Core.Storage.Usage;

/// <summary>A server lists keys in another order than S3, or does not begin where it was asked to.</summary>
internal sealed class KeyOrderException : Exception
{
}

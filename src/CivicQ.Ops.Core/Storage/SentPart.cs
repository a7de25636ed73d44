namespace CivicQ.Ops.Core.Storage;

/// <summary>A part that the server has.</summary>
/// <param name="Number">From 1.</param>
/// <param name="ETag">The tag to complete the upload with.</param>
/// <param name="Digest">Its MD5; <see langword="null"/> where the server copied it by itself.</param>
internal sealed record SentPart(int Number, string ETag, byte[]? Digest);

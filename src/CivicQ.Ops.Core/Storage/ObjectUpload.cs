namespace CivicQ.Ops.Core.Storage;

/// <summary>A multipart upload that is neither completed nor aborted; its parts take room, and no listing of objects shows them.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key that it is for.</param>
/// <param name="UploadId">Its identifier.</param>
/// <param name="Initiated">When it was begun, by the server's clock.</param>
internal sealed record ObjectUpload(string Bucket, string Key, string UploadId, DateTimeOffset Initiated);

using System.Globalization;
using CivicQ.Ops.Core.Errors;

namespace CivicQ.Ops.Core.Storage.Versions;

/// <summary>Works out how an object becomes what it was, from its versions, newest first.</summary>
internal static class ObjectRestorePlanner
{
    /// <summary>To a version, or undeleted where none is named.</summary>
    /// <param name="versions">The versions and markers of one key; not empty.</param>
    /// <param name="versionId">The version.</param>
    public static ObjectRestoreStep To(IReadOnlyList<ObjectVersion> versions, string? versionId)
    {
        var latest = versions[0];
        if (versionId is null || (latest.IsDeleteMarker && latest.VersionId == versionId))
        {
            return latest.IsDeleteMarker
                ? versions.FirstOrDefault(version => !version.IsDeleteMarker) is { } hidden
                    ? Bring(versions, hidden)
                    : Refused(latest, null, StorageErrors.ObjectNotFound, "has delete markers alone: no version with content is left")
                : new ObjectRestoreStep { Latest = latest, Version = latest, Outcome = ObjectRestoreOutcome.AlreadyThere, Action = "It is not deleted; a -VersionId brings back an older content." };
        }

        return versions.FirstOrDefault(version => version.VersionId == versionId) switch
        {
            null => Refused(latest, null, StorageErrors.ObjectNotFound, $"has no version {versionId}"),
            { IsDeleteMarker: true } marker => Refused(latest, marker, StorageErrors.NotRestorable, $"has a delete marker as version {versionId}, below others: it hides nothing"),
            var version => Bring(versions, version),
        };
    }

    /// <summary>To what it was at a moment.</summary>
    public static ObjectRestoreStep AsOf(IReadOnlyList<ObjectVersion> versions, DateTimeOffset moment, bool removeNewer)
    {
        var latest = versions[0];
        var then = VersionLister.At(versions, moment);
        if (then is { IsDeleteMarker: false })
        {
            return Bring(versions, then);
        }

        if (latest.IsDeleteMarker)
        {
            return new ObjectRestoreStep { Latest = latest, Outcome = ObjectRestoreOutcome.AlreadyThere, Action = "It was not there then, and is not now." };
        }

        return new ObjectRestoreStep
        {
            Latest = latest, Outcome = removeNewer ? ObjectRestoreOutcome.Removed : ObjectRestoreOutcome.Newer,
            Action = removeNewer ? "Put a delete marker on it, for it was not there then" : "It was not there then; -RemoveNewer would put a delete marker on it.",
        };
    }

    private static ObjectRestoreStep Bring(IReadOnlyList<ObjectVersion> versions, ObjectVersion version)
    {
        var latest = versions[0];
        var above = versions.TakeWhile(other => other != version).ToList();
        if (above.Count == 0)
        {
            return new ObjectRestoreStep { Latest = latest, Version = version, Outcome = ObjectRestoreOutcome.AlreadyThere, Action = "This version is the newest already." };
        }

        if (!latest.IsDeleteMarker && latest.SizeBytes == version.SizeBytes && latest.ETag.Length > 0 && latest.ETag == version.ETag)
        {
            return new ObjectRestoreStep { Latest = latest, Version = version, Outcome = ObjectRestoreOutcome.AlreadyThere, Action = "The newest version has this content already." };
        }

        var what = string.Create(CultureInfo.InvariantCulture, $"version {version.VersionId} of {version.LastModified.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        if (above.TrueForAll(other => other.IsDeleteMarker))
        {
            return new ObjectRestoreStep
            {
                Latest = latest, Version = version, Markers = above, Outcome = ObjectRestoreOutcome.Undeleted,
                Action = $"Remove {(above.Count == 1 ? "the delete marker" : $"{above.Count} delete markers")}, so that {what} is there again",
            };
        }

        // A listing does not tell whether it was fetched from the archive: the copy finds out.
        var archived = version.StorageClass is "GLACIER" or "DEEP_ARCHIVE" ? $", which must have been fetched from the archive class {version.StorageClass} first," : "";
        return new ObjectRestoreStep
        {
            Latest = latest, Version = version, Outcome = ObjectRestoreOutcome.Restored, Action = $"Copy {what}{archived} over {(latest.IsDeleteMarker ? "the delete marker" : "the present content")}",
        };
    }

    private static ObjectRestoreStep Refused(ObjectVersion latest, ObjectVersion? version, ErrorDefinition definition, string reason) => new()
    {
        Latest = latest, Version = version, Outcome = ObjectRestoreOutcome.Failed, Refusal = definition, Action = $"{ObjectStore.Target(latest.Bucket, latest.Key)} {reason}.",
    };
}

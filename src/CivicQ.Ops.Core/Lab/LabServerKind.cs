namespace CivicQ.Ops.Core.Lab;

/// <summary>The servers that the lab is made of.</summary>
public enum LabServerKind
{
    /// <summary>PostgreSQL: a throw-away cluster.</summary>
    Postgres,

    /// <summary>Redis: the cache and Celery's broker.</summary>
    Redis,

    /// <summary>CivicQ's API and site.</summary>
    Api,

    /// <summary>A Celery worker.</summary>
    Celery,

    /// <summary>PgBouncer in front of PostgreSQL.</summary>
    PgBouncer,

    /// <summary>CivicQ's services on a Docker engine or a Kubernetes cluster that the operator names.</summary>
    Services,

    /// <summary>Buckets on an S3 server that the operator names.</summary>
    Storage,
}

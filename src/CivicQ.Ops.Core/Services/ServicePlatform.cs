namespace CivicQ.Ops.Core.Services;

/// <summary>What runs the services.</summary>
public enum ServicePlatform
{
    /// <summary>Docker Compose, on one Docker engine.</summary>
    Compose,

    /// <summary>A namespace of a Kubernetes cluster.</summary>
    Kubernetes,
}

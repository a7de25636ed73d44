namespace System.Management.Automation;

/// <summary>What the engine hands to attributes. Here it carries the session's host alone.</summary>
public class EngineIntrinsics
{
    internal EngineIntrinsics()
    {
    }
}

namespace CivicQ.Help.Tests;

/// <summary>Pages in which nothing is wrong.</summary>
internal static class Pages
{
    public const string Get = """
        ---
        external help file: Sample.dll-Help.xml
        Module Name: Sample
        online version: https://example.org/Get-CivicQSample
        ---

        # Get-CivicQSample

        ## SYNOPSIS
        Gets samples & such.

        ## DESCRIPTION
        First `code <tag>` and **bold**
        on two lines.

        | Limit | Meaning |
        |---|---|
        | a \| b | 5 < 6 |

        - one
        - two

        ## EXAMPLES

        ### Example 1: Pipe
        ```powershell
        'a' | Get-CivicQSample -Mode Fast |
            Where-Object Major -gt 1
        ```

        Shows some.

        ```
        Major  Minor
        -----  -----
        ```

        ### Example 2: By number
        ```powershell
        Get-CivicQSample -Id 5 -Quiet -ErrorAction Stop
        ```

        Shows one.

        ## PARAMETERS

        ### -Name
        The names.

        ### -Id
        The number.

        Default value: 0

        ### -Mode
        How.

        ### -Quiet
        True or false.

        ## INPUTS

        ### System.String
        Names.

        ## OUTPUTS

        ### System.Version
        One a sample.

        ### System.Boolean
        With -Quiet.

        ## NOTES
        A note.

        ## RELATED LINKS

        [Clear-CivicQSample](Clear-CivicQSample.md)

        [Runbook](https://example.org/runbook#sample)
        """;

    public const string Clear = """
        ---
        external help file: Sample.dll-Help.xml
        Module Name: Sample
        online version: https://example.org/Clear-CivicQSample
        ---

        # Clear-CivicQSample

        ## SYNOPSIS
        Clears samples.

        ## DESCRIPTION
        Clears.

        ## EXAMPLES

        ### Example 1: Look
        ```powershell
        Clear-CivicQSample -Scope Old -WhatIf
        ```

        Shows what would go.

        ### Example 2: Do
        ```powershell
        Clear-CivicQSample -Scope All -Confirm:$false
        ```

        Clears.

        ## PARAMETERS

        ### -Scope
        What.

        ## OUTPUTS

        ### None

        ## RELATED LINKS

        [Get-CivicQSample](Get-CivicQSample.md)
        """;

    public const string Shared = """
        ## PARAMETERS

        ### -Environment
        The environments.

        ### -ThrottleLimit
        How many at once.

        ### -WhatIf
        Shows.

        ### -Confirm
        Asks.
        """;

    public const string About = """
        # about_Sample

        ## Short description
        What a sample is.

        ## Long description
        A sentence that is long enough to be broken somewhere, since it goes on for more than eighty columns.

        ```powershell
        Get-CivicQSample -Name 'a line of code that is left as it is, however long it may be, because it is code'
        ```
        """;

    public const string Manifest = """
        @{
            RootModule      = 'Sample.dll' # CmdletsToExport = @('Not-This')
            CmdletsToExport = @(
                'Get-CivicQSample'
                # 'Get-CivicQOther'
                'Clear-CivicQSample'
            )
        }
        """;
}

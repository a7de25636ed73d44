<#
.SYNOPSIS
One service from its list entry to its roll-back: the same lines on Docker Compose and on Kubernetes.
#>
param(
    [Parameter(Mandatory)] [string] $Environment,
    [string] $Service = 'backend'
)

$ErrorActionPreference = 'Stop'
Connect-CivicQ -Environment $Environment

Get-CivicQService                                                    # what is there, and what is wrong with it
Get-CivicQServiceInstance $Service | Get-CivicQLog -Tail 5           # what it said last
Get-CivicQServiceUsage $Service                                      # what it uses, against its limits
Restart-CivicQService $Service -Rolling                              # over when its instances are ready and health is back
Set-CivicQService $Service -Replicas 2                               # scale
Get-CivicQRolloutHistory $Service                                    # what changed from one revision to the next
Undo-CivicQRollout $Service -WhatIf | Select-Object -ExpandProperty Changes
Undo-CivicQRollout $Service -Confirm:$false                          # back to the revision before
Wait-CivicQRollout $Service
Get-CivicQHealth Services

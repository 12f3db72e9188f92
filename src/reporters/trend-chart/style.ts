/** Readable on white and on black: the picture follows the reader's own setting, and no colour stands alone for a meaning. */
export const STYLE = `
text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1f2328}
.title{font-size:15px;font-weight:600}.name{font-weight:600}.small{font-size:11px;fill:#59636e}
.paper{fill:#ffffff}.grid{stroke:#d1d9e0}.line{fill:none;stroke:#0969da;stroke-width:1.5}.dot{fill:#0969da}
.ring{fill:none;stroke:#59636e}.reference{fill:none;stroke:#59636e;stroke-dasharray:3 3}
.level{stroke:#1f2328;stroke-width:1}.accepted{fill:#1a7f37;fill-opacity:.1}.edge{stroke:#1a7f37}
.change{stroke:#cf222e;stroke-width:1.5}.within{fill:#cf222e;fill-opacity:.12}.label{fill:#cf222e;font-weight:600}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.small{fill:#9198a1}.paper{fill:#0d1117}.grid{stroke:#3d444d}.line{stroke:#58a6ff}.dot{fill:#58a6ff}
.ring,.reference{stroke:#9198a1}.level{stroke:#e6edf3}.accepted{fill:#3fb950;fill-opacity:.15}.edge{stroke:#3fb950}
.change{stroke:#ff7b72}.within{fill:#ff7b72;fill-opacity:.18}.label{fill:#ff7b72}
}`

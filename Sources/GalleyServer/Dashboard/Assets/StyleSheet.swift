// The style sheet: one, written by hand, light and dark, from 320 px to 4 K. Pages carry no styles of their own.

extension Assets {
    static let styleSheet = styleTokens + styleFrame + styleParts + styleJobs + styleDrawings

    /// Colours hold WCAG 2.2 AA on their grounds, in both themes.
    private static let styleTokens = #"""
        :root{--ground:#f6f7f8;--sheet:#fff;--raised:#fff;--line:#dfe3e8;--line-2:#c3cad3;--ink:#14181d;--ink-2:#4a5461;--accent:#2348b5;--accent-ink:#fff;--tint:#eaf0ff;
        --ok:#146c3c;--ok-fill:#3aa76d;--ok-tint:#e4f5eb;--bad:#b3231f;--bad-fill:#dc4c43;--bad-tint:#fdeceb;--warn:#8a5300;--warn-fill:#e2a03c;--warn-tint:#fff3dd;--run:#1d5fa8;--run-fill:#4d94dd;--run-tint:#e5f0fc;--calm:#525c69;--calm-fill:#a5aeb9;--calm-tint:#edeff2;--odd:#6b3fa0;--odd-fill:#9a73cb;--odd-tint:#f2ebfb;
        --mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","DejaVu Sans",sans-serif;--r:10px;color-scheme:light}
        :root[data-theme=dark]{--ground:#0f1216;--sheet:#171b21;--raised:#1e242b;--line:#2b323b;--line-2:#465060;--ink:#e9edf2;--ink-2:#a9b3c0;--accent:#9ab8ff;--accent-ink:#0c1530;--tint:#1e2a47;
        --ok:#6fd39b;--ok-fill:#35955f;--ok-tint:#143123;--bad:#ff9a92;--bad-fill:#d0504a;--bad-tint:#3d1b1b;--warn:#f2bf6c;--warn-fill:#b9802a;--warn-tint:#3a2b12;--run:#8cc2fa;--run-fill:#3f84c9;--run-tint:#16293f;--calm:#aeb7c2;--calm-fill:#626d7a;--calm-tint:#252b33;--odd:#cbaef0;--odd-fill:#8459b8;--odd-tint:#2c2040;color-scheme:dark}
        @media (prefers-color-scheme:dark){:root:not([data-theme=light]){--ground:#0f1216;--sheet:#171b21;--raised:#1e242b;--line:#2b323b;--line-2:#465060;--ink:#e9edf2;--ink-2:#a9b3c0;--accent:#9ab8ff;--accent-ink:#0c1530;--tint:#1e2a47;
        --ok:#6fd39b;--ok-fill:#35955f;--ok-tint:#143123;--bad:#ff9a92;--bad-fill:#d0504a;--bad-tint:#3d1b1b;--warn:#f2bf6c;--warn-fill:#b9802a;--warn-tint:#3a2b12;--run:#8cc2fa;--run-fill:#3f84c9;--run-tint:#16293f;--calm:#aeb7c2;--calm-fill:#626d7a;--calm-tint:#252b33;--odd:#cbaef0;--odd-fill:#8459b8;--odd-tint:#2c2040;color-scheme:dark}}

        """#

    private static let styleFrame = #"""
        *,*::before,*::after{box-sizing:border-box}
        html{font:16px/1.5 var(--sans);-webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0;background:var(--ground);color:var(--ink);display:grid;grid-template:"bar bar" auto "side main" 1fr/13.5rem minmax(0,1fr);min-height:100vh}
        a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:.07em}
        a:hover{text-decoration-thickness:.14em}
        :focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:4px}
        main:focus{outline:none}
        .skip{position:absolute;left:.5rem;top:-4rem;background:var(--accent);color:var(--accent-ink);padding:.6rem 1rem;border-radius:var(--r);z-index:9}
        .skip:focus{top:.5rem}
        .hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .sprite{display:none}
        .icon{width:1.05em;height:1.05em;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round;vertical-align:-.16em}
        .logo{width:1.5rem;height:1.5rem;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
        .bar{grid-area:bar;display:flex;align-items:center;gap:1rem;padding:.55rem 1.25rem;background:var(--sheet);border-bottom:1px solid var(--line);position:sticky;top:0;z-index:5}
        .brand{display:flex;align-items:center;gap:.55rem;font-weight:650;color:var(--ink);text-decoration:none;letter-spacing:-.01em;white-space:nowrap}
        .brand span{overflow:hidden;text-overflow:ellipsis;max-width:16rem}
        .find{flex:1;max-width:26rem;margin-left:auto}
        .find input{width:100%}
        .bar-end{display:flex;align-items:center;gap:.6rem}
        .user{color:var(--ink-2);font-size:.875rem}
        .side{grid-area:side;padding:1rem .75rem;border-right:1px solid var(--line)}
        .side ul{list-style:none;margin:0;padding:0;position:sticky;top:4.5rem;display:grid;gap:2px}
        .side a{display:flex;align-items:center;gap:.65rem;padding:.45rem .7rem;border-radius:8px;color:var(--ink-2);text-decoration:none;font-size:.9375rem;min-height:2.25rem}
        .side a:hover{background:var(--calm-tint);color:var(--ink)}
        .side a[aria-current]{background:var(--tint);color:var(--accent);font-weight:600}
        main{grid-area:main;padding:1.5rem clamp(1rem,2.5vw,2.5rem) 4rem;max-width:110rem;min-width:0}
        h1{font-size:1.55rem;line-height:1.25;letter-spacing:-.02em;margin:0;font-weight:680;overflow-wrap:anywhere}
        h2{font-size:1.02rem;line-height:1.35;margin:0 0 .75rem;font-weight:650;letter-spacing:-.005em}
        h3{font-size:.9375rem;margin:1.1rem 0 .4rem;font-weight:650}
        p{margin:.5rem 0}
        .lead{font-size:1.0625rem;color:var(--ink-2);max-width:62rem;overflow-wrap:anywhere}
        .head{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;margin-bottom:.35rem}
        .head .actions{margin-left:auto}
        .actions{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
        .sub{color:var(--ink-2);font-size:.875rem;margin:.1rem 0 1.1rem;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
        .small{font-size:.8125rem;color:var(--ink-2)}
        .grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr));margin-top:1rem}
        .card{background:var(--sheet);border:1px solid var(--line);border-radius:var(--r);padding:1.05rem 1.2rem;min-width:0}
        .card+.card,.card+h2,.grid+.card,.card+.grid,.tiles+.card,.filters+.card,.head+.card,.card+.sub,dl.facts+form,.card>details{margin-top:1rem}
        .grid>.card{margin-top:0}
        .wide{grid-column:1/-1}.tall{grid-row:span 2}
        .button,button{display:inline-flex;align-items:center;justify-content:center;gap:.4rem;font:inherit;font-size:.9rem;font-weight:560;padding:.38rem .85rem;min-height:2.25rem;border-radius:8px;border:1px solid var(--line-2);background:var(--raised);color:var(--ink);text-decoration:none;cursor:pointer;white-space:nowrap}
        .button:hover,button:hover{border-color:var(--ink-2)}
        button.primary,.button.primary{background:var(--accent);border-color:var(--accent);color:var(--accent-ink)}
        button.danger{color:var(--bad);border-color:var(--bad)}
        button.quiet{border-color:transparent;background:none;color:var(--ink-2);padding:.38rem .55rem}
        form{margin:0}
        input,select,textarea{font:inherit;font-size:.9375rem;color:var(--ink);background:var(--raised);border:1px solid var(--line-2);border-radius:8px;padding:.38rem .65rem;min-height:2.25rem;max-width:100%}
        input[type=checkbox],input[type=radio]{min-height:0;width:1.1rem;height:1.1rem;accent-color:var(--accent);vertical-align:-.2em}
        input::placeholder{color:var(--ink-2);opacity:1}
        textarea{font-family:var(--mono);font-size:.85rem;line-height:1.5;width:100%;min-height:8rem}
        label{font-weight:560;font-size:.9rem}
        .field{display:grid;gap:.25rem;margin:0 0 .85rem}
        .field input,.field select{width:100%;max-width:34rem}
        .notice{padding:.65rem 1rem;border-radius:var(--r);margin:0 0 1rem;border:1px solid}
        .notice.good{background:var(--ok-tint);color:var(--ok);border-color:var(--ok)}
        .notice.bad{background:var(--warn-tint);color:var(--warn);border-color:var(--warn)}
        .badge{margin-left:auto;background:var(--bad-tint);color:var(--bad);border-radius:99px;padding:0 .5rem;font-size:.78rem;font-weight:650}
        .plain{list-style:none;margin:0;padding:0}
        .asked{white-space:pre-wrap;overflow-wrap:anywhere;max-width:62rem}
        .question{display:block}.question main{max-width:44rem;margin:0 auto}.question form{margin:1.25rem 0}.question textarea{min-height:5rem;margin:.25rem 0 .75rem}.question dl.facts{margin:1rem 0}
        .entry{display:block}.entry main{max-width:27rem;margin:0 auto;padding-top:0}.entry .mark{display:block;width:3rem;height:3rem;margin:min(10vh,6rem) auto .9rem}.entry h1{text-align:center;margin-bottom:1rem}
        .entry form,.entry .card{display:grid;gap:.9rem}.entry label{display:grid;gap:.3rem}.entry p{margin:0}
        .crumb{margin:0 0 .15rem;font-size:.875rem}
        .empty{color:var(--ink-2);padding:1.25rem 0;text-align:center}
        code,.mono{font-family:var(--mono);font-size:.86em}
        @media (max-width:56rem){body{grid-template:"bar" auto "side" auto "main" 1fr/minmax(0,1fr)}.side{border-right:0;border-bottom:1px solid var(--line);padding:.35rem .6rem;background:var(--sheet);overflow-x:auto}.side ul{display:flex;position:static}.side a{white-space:nowrap;padding:.4rem .6rem}.side a .icon{display:none}.bar{position:static;flex-wrap:wrap;padding:.5rem .8rem;gap:.5rem}.find{order:3;flex-basis:100%;max-width:none;margin:0}.bar-end{margin-left:auto}.head .actions{margin-left:0}main{padding-top:1rem}}
        @media (min-width:160rem){html{font-size:20px}main{max-width:165rem}.grid{grid-template-columns:repeat(auto-fit,minmax(min(100%,34rem),1fr))}}
        @media (prefers-reduced-motion:no-preference){.running .icon{animation:turn 1.6s linear infinite}}
        @keyframes turn{to{transform:rotate(360deg)}}
        @media print{.side,.bar,.actions,form{display:none}body{display:block}}

        """#
}

// The style sheet's second half: tables, states, tiles, trees, charts and diagrams.

extension Assets {
    static let styleParts = #"""
        .state{display:inline-flex;align-items:center;gap:.35rem;padding:.06rem .55rem .06rem .4rem;border-radius:99px;font-size:.8125rem;font-weight:600;white-space:nowrap;background:var(--calm-tint);color:var(--calm)}
        .state.succeeded{background:var(--ok-tint);color:var(--ok)}.state.failed,.state.refused,.state.broken{background:var(--bad-tint);color:var(--bad)}
        .state.running,.state.started{background:var(--run-tint);color:var(--run)}.state.waiting,.state.warning{background:var(--warn-tint);color:var(--warn)}
        .state.needs-decision,.state.quarantined{background:var(--odd-tint);color:var(--odd)}.state.accepted,.state.on,.state.works{background:var(--ok-tint);color:var(--ok)}
        .scroll{position:relative;overflow-x:auto;margin:0 -1.2rem;padding:0 1.2rem}
        .scroll:focus-visible{outline-offset:-3px}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        th{text-align:left;font-weight:600;color:var(--ink-2);font-size:.8rem;padding:.4rem .7rem .4rem 0;border-bottom:1px solid var(--line-2);white-space:nowrap}
        td{padding:.5rem .7rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        tbody th{color:var(--ink);font-size:.9rem;padding:.5rem .7rem .5rem 0;border-bottom-color:var(--line);vertical-align:top;white-space:normal;overflow-wrap:anywhere}
        tbody tr:last-child>*{border-bottom:0}
        tbody tr:hover{background:color-mix(in srgb,var(--tint) 45%,transparent)}
        td.num,th.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td .what{min-width:7rem;max-width:38rem;overflow:hidden;text-overflow:ellipsis;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow-wrap:anywhere}
        .long{display:block;min-width:16rem;overflow-wrap:anywhere}.nowrap{white-space:nowrap}td .what.main{min-width:14rem}td a.name{display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden;max-width:16rem;overflow-wrap:anywhere}
        time{white-space:nowrap;font-variant-numeric:tabular-nums}
        .strong{font-weight:600}td:first-child:not(.num)>a.strong{display:inline-block;min-width:9rem}td>a.name{min-width:8rem}
        .tiles{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,10.5rem),1fr));margin:1rem 0 0}
        .tile{background:var(--sheet);border:1px solid var(--line);border-radius:var(--r);padding:.8rem 1rem;display:block;color:inherit;text-decoration:none;min-width:0}
        a.tile:hover{border-color:var(--accent)}
        .tile dt,.tile .label{color:var(--ink-2);font-size:.8125rem;display:block}
        .tile .figure{font-size:1.55rem;font-weight:660;letter-spacing:-.02em;line-height:1.25;font-variant-numeric:tabular-nums;display:block}
        .tile .note{font-size:.8125rem;color:var(--ink-2);display:block}
        .tile.alarm .figure{color:var(--bad)}
        .chips{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;margin:.5rem 0;padding:0;list-style:none}
        .chip{display:inline-flex;gap:.35rem;align-items:center;padding:.22rem .7rem;min-height:2rem;border-radius:99px;border:1px solid var(--line-2);background:var(--raised);color:var(--ink);text-decoration:none;font-size:.875rem}
        .chip:hover{border-color:var(--ink-2)}
        .chip[aria-current]{background:var(--tint);border-color:var(--accent);color:var(--accent);font-weight:600}
        .chip .n{color:var(--ink-2);font-variant-numeric:tabular-nums}
        .filters{display:flex;flex-wrap:wrap;gap:.6rem;align-items:end;margin:.75rem 0}
        .filters .field{margin:0}.filters select{max-width:16rem}
        .filters label{font-size:.8rem;color:var(--ink-2)}
        .pages{display:flex;gap:.5rem;justify-content:flex-end;margin-top:1rem}
        .outcomes{display:inline-flex;align-items:flex-end;gap:2px;height:1.6rem}
        .outcomes a{display:block;width:5px;background:var(--calm-fill);border-radius:1px}
        .outcomes .succeeded{background:var(--ok-fill)}.outcomes .failed{background:var(--bad-fill)}.outcomes .running,.outcomes .queued{background:var(--run-fill)}.outcomes .waiting{background:var(--warn-fill)}.outcomes .needs-decision,.outcomes .quarantined{background:var(--odd-fill)}
        .h1{height:20%}.h2{height:40%}.h3{height:60%}.h4{height:80%}.h5{height:100%}
        .bars{list-style:none;margin:0;padding:0;display:grid;gap:.1rem}
        .bars li>a:first-child{overflow-wrap:anywhere}.bars li{display:grid;grid-template-columns:minmax(45%,1fr) auto;gap:.1rem .8rem;padding:.38rem 0;border-bottom:1px solid var(--line)}
        .bars li:last-child{border:0}
        .bars .num{text-align:right}
        .bars meter,.meter{grid-column:1/-1;width:100%;height:.4rem}
        dl.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.2rem;margin:0;font-size:.9rem}
        dl.facts dt{color:var(--ink-2)}dl.facts dd{margin:0;overflow-wrap:anywhere}
        .needs{list-style:none;margin:0;padding:0}
        .needs li{display:flex;flex-wrap:wrap;gap:.15rem .7rem;align-items:baseline;padding:.5rem 0;border-bottom:1px solid var(--line)}
        .needs li:has(>.state){display:grid;grid-template-columns:10.5rem minmax(0,1fr) auto}.needs .state{justify-self:start}
        .needs li:last-child{border:0}
        .needs .text{flex:1 1 14rem;min-width:0;overflow-wrap:anywhere}
        details>summary{cursor:pointer;min-height:1.75rem}summary.button{list-style:none;min-height:2.25rem}summary.button::-webkit-details-marker{display:none}
        details[open]>summary.button{margin-bottom:.6rem}td form+form,td form+details,td details+details{margin-top:.4rem}
        details.card>summary{font-weight:650;margin:-.3rem 0}
        details.card[open]>summary{margin-bottom:.6rem}details.card{align-self:start}

        """#

    static let styleJobs = #"""
        .why{border-left:4px solid var(--calm-fill);padding:.75rem 1.1rem;background:var(--sheet);border-radius:0 var(--r) var(--r) 0;margin:1rem 0;overflow-wrap:anywhere}
        .why.failed,.why.quarantined{border-color:var(--bad-fill);background:var(--bad-tint)}.why.succeeded{border-color:var(--ok-fill);background:var(--ok-tint)}.why.waiting{border-color:var(--warn-fill);background:var(--warn-tint)}.why.needs-decision{border-color:var(--odd-fill);background:var(--odd-tint)}.why.running{border-color:var(--run-fill);background:var(--run-tint)}
        .why p{margin:.2rem 0}.why .sentence{font-size:1.0625rem;font-weight:560}
        .why .actions{margin-top:.7rem;align-items:flex-start}.why .card{margin-top:.7rem}
        .steps{list-style:none;margin:0;padding:0;font-size:.9rem}
        .steps li{display:grid;grid-template-columns:minmax(0,1fr) minmax(5rem,22%) 5rem;gap:.2rem .9rem;align-items:center;padding:.3rem .4rem;border-radius:6px}
        .steps li:hover{background:color-mix(in srgb,var(--tint) 45%,transparent)}
        .steps li.chosen{background:var(--tint)}
        .steps .name{display:flex;gap:.5rem;align-items:baseline;min-width:0;padding-left:var(--in,0px)}
        .steps .name>a,.steps .name>span.label{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .steps .name .icon{align-self:center}
        .steps .kind{color:var(--ink-2);font-size:.8125rem;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
        .steps .note{grid-column:1/-1;padding-left:calc(1.55rem + var(--in,0px));font-size:.8125rem;color:var(--ink-2);overflow-wrap:anywhere}
        .steps .took{text-align:right;color:var(--ink-2);font-variant-numeric:tabular-nums;white-space:nowrap;font-size:.8125rem}
        .steps .taken-back .label,.steps .taken-back a{text-decoration:line-through}
        .d1{--in:1.2rem}.d2{--in:2.4rem}.d3{--in:3.6rem}.d4{--in:4.8rem}.d5{--in:6rem}
        .i-succeeded{color:var(--ok)}.i-failed{color:var(--bad)}.i-running{color:var(--run)}.i-waiting{color:var(--warn)}.i-skipped,.i-canceled{color:var(--calm)}
        .lane{width:100%;height:.8rem;display:block}
        .lane rect{fill:var(--ok-fill)}.lane .failed{fill:var(--bad-fill)}.lane .running{fill:var(--run-fill)}.lane .waiting{fill:var(--warn-fill)}.lane .skipped,.lane .canceled,.lane .block{fill:var(--calm-fill)}.lane .ground{fill:var(--calm-tint)}
        .data{font-family:var(--mono);font-size:.8125rem;line-height:1.6;overflow-x:auto}
        .data ul{list-style:none;margin:0;padding-left:1.15rem;border-left:1px solid var(--line)}
        .data>ul{padding-left:0;border:0}
        .data .k{color:var(--ink-2)}.data .s{color:var(--ok);white-space:pre-wrap;overflow-wrap:anywhere}.data .n{color:var(--run)}.data .b{color:var(--odd)}.data .z{color:var(--ink-2)}
        pre{font-family:var(--mono);font-size:.8125rem;line-height:1.55;overflow:auto;max-height:30rem;margin:.3rem 0;padding:.7rem .9rem;background:var(--ground);border:1px solid var(--line);border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere}
        pre.source{white-space:pre}pre .mark{background:var(--bad-tint);color:var(--bad);display:inline-block;min-width:100%}
        .diff{list-style:none;padding:0;margin:0}.diff li{padding:.4rem .7rem;border-left:4px solid var(--calm-fill);margin:.35rem 0;overflow-wrap:anywhere}
        .diff .added{border-color:var(--ok-fill)}.diff .removed{border-color:var(--bad-fill)}.diff .changed{border-color:var(--warn-fill)}
        .diff del{color:var(--bad)}.diff ins{color:var(--ok);text-decoration:none}
        .cols{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr))}
        .cols>*{min-width:0}
        @media (max-width:40rem){h1,h2,h3,p,summary,dd,.sub span,.kind,.label{overflow-wrap:anywhere;min-width:0}.sub>*{max-width:100%}.field input{min-width:0}.button,button{white-space:normal;text-align:center}.steps .name>a{white-space:normal;overflow-wrap:anywhere}.steps .name{display:grid;grid-template-columns:auto minmax(0,1fr);gap:0 .5rem}.steps .name .icon{align-self:start;margin-top:.3rem}.steps .kind{grid-column:2}.steps .kind{white-space:normal;overflow-wrap:anywhere}.steps li{grid-template-columns:minmax(0,1fr) 4.2rem}.steps .lane{display:none}dl.facts{grid-template-columns:minmax(0,1fr)}dl.facts dd{margin-bottom:.4rem}.times text:nth-child(even){display:none}}
        @media (max-width:40rem){.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.stack,.stack tbody,.stack tr,.stack td,.stack tbody th{display:block}.stack tbody tr{padding:.55rem 0;border-bottom:1px solid var(--line)}.stack tbody tr:last-child{border:0}.stack tbody tr>*{border:0;padding:.12rem 0;text-align:left;max-width:none}.stack tbody tr>td[data-label]{padding-left:7.2rem;position:relative;overflow-wrap:anywhere}.stack td[data-label]::before{content:attr(data-label);position:absolute;left:0;width:6.7rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;color:var(--ink-2);font-size:.8125rem}.stack td .what,.stack td .what.main,.stack td a.name,.stack .long{min-width:0;max-width:none}.stack .what,.stack td a.name{-webkit-line-clamp:6!important}.stack td:empty{display:none}.stack .nowrap{white-space:normal}.needs li:has(>.state){display:flex}.matrix th[scope=row]{max-width:9rem}.steps li{--in:0px}.steps .d1,.steps .d2{--in:.8rem}.steps .d3,.steps .d4,.steps .d5{--in:1.6rem}}

        """#

    static let styleDrawings = #"""
        .plot{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.3rem .6rem;font-size:.75rem;line-height:1;color:var(--ink-2);margin-top:.4rem}
        .plot .scale{display:flex;flex-direction:column;justify-content:space-between;text-align:right;margin:-.375rem 0;font-variant-numeric:tabular-nums}
        .chart{width:100%;height:clamp(9rem,16vw,15rem);display:block;overflow:visible}
        .times{grid-column:2;width:100%;height:1.1rem;overflow:visible;fill:var(--ink-2);font-variant-numeric:tabular-nums}
        .chart .axis{stroke:var(--line);stroke-width:1}
        .chart .succeeded{fill:var(--ok-fill)}.chart .failed{fill:var(--bad-fill)}.chart .canceled{fill:var(--calm-fill)}.chart .open{fill:var(--run-fill)}
        .chart .hit{fill:transparent}.chart a:hover .hit,.chart a:focus-visible .hit{fill:var(--tint);fill-opacity:.5}
        .chart .drag{fill:var(--accent);fill-opacity:.18;stroke:var(--accent)}
        .legend{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;font-size:.8125rem;color:var(--ink-2);list-style:none;padding:0;margin:.5rem 0 0}
        .legend li{display:flex;gap:.4rem;align-items:center}.legend .swatch{width:.7rem;height:.7rem;border-radius:2px;background:var(--calm-fill)}
        .legend .succeeded{background:var(--ok-fill)}.legend .failed{background:var(--bad-fill)}.legend .canceled{background:var(--calm-fill)}.legend .open{background:var(--run-fill)}
        .flow{overflow:auto;max-height:44rem}
        .flow svg{display:block;max-width:none}
        .flow .box{fill:var(--raised);stroke:var(--line-2)}.flow .box.trigger{fill:var(--tint);stroke:var(--accent)}.flow .box.if{fill:var(--warn-tint);stroke:var(--warn-fill)}.flow .box.try{fill:var(--sheet);stroke:var(--line-2)}.flow .box.stop,.flow .box.failed{fill:var(--bad-tint);stroke:var(--bad-fill)}.flow .box.return,.flow .box.respond{fill:var(--ok-tint);stroke:var(--ok-fill)}.flow .box.wait,.flow .box.wait_until{fill:var(--run-tint);stroke:var(--run-fill)}
        .flow .frame{fill:color-mix(in srgb,var(--calm-tint) 55%,transparent);stroke:var(--line-2);stroke-dasharray:4 4}
        .flow .skipped{opacity:.55}
        .flow+details ol{padding-left:1.3rem;overflow-wrap:anywhere}
        .flow text{font:13px var(--sans);fill:var(--ink)}.flow .t2{fill:var(--ink-2);font-size:11.5px}.flow .edge{stroke:var(--line-2);stroke-width:1.5;fill:none}.flow .tag{fill:var(--ink-2);font-size:11.5px}
        .flow .arrow{fill:var(--line-2)}
        .matrix{border-collapse:separate;border-spacing:2px;width:auto;font-size:.8125rem}
        .matrix th,.matrix td{border:0;padding:.1rem .3rem}
        .matrix th[scope=row]{font-weight:500;font-size:.8125rem;max-width:18rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
        .matrix td{text-align:center;min-width:1.7rem;border-radius:4px;background:var(--calm-tint)}
        .matrix td.succeeded{background:var(--ok-tint);color:var(--ok)}.matrix td.failed{background:var(--bad-tint);color:var(--bad)}.matrix td.running{background:var(--run-tint);color:var(--run)}.matrix td.waiting{background:var(--warn-tint);color:var(--warn)}.matrix td.none{background:none}
        .matrix tr:hover{background:none}
        """#
}

// Icons: drawn once at the head of a page, used by name.

extension Assets {
    static let sprite = Markup(
        #"""
        <svg class="sprite" aria-hidden="true"><defs>
        <symbol id="i-logo" viewBox="0 0 24 24"><path d="M3 14h18l-3 6H6zM12 3v11M12 4l7 8h-7"/></symbol>
        <symbol id="i-succeeded" viewBox="0 0 24 24"><path d="M5 12.5l4.5 4.5L19 7.5"/></symbol>
        <symbol id="i-accepted" viewBox="0 0 24 24"><path d="M5 12.5l4.5 4.5L19 7.5"/></symbol>
        <symbol id="i-on" viewBox="0 0 24 24"><path d="M8 5l11 7-11 7z"/></symbol>
        <symbol id="i-off" viewBox="0 0 24 24"><path d="M6 6h12v12H6z"/></symbol>
        <symbol id="i-works" viewBox="0 0 24 24"><path d="M5 12.5l4.5 4.5L19 7.5"/></symbol>
        <symbol id="i-failed" viewBox="0 0 24 24"><path d="M6 6l12 12M18 6L6 18"/></symbol>
        <symbol id="i-refused" viewBox="0 0 24 24"><path d="M6 6l12 12M18 6L6 18"/></symbol>
        <symbol id="i-broken" viewBox="0 0 24 24"><path d="M6 6l12 12M18 6L6 18"/></symbol>
        <symbol id="i-warning" viewBox="0 0 24 24"><path d="M12 4l9 16H3zM12 10v4M12 17v.5"/></symbol>
        <symbol id="i-passed-over" viewBox="0 0 24 24"><path d="M5 12h14M13 6l6 6-6 6"/></symbol>
        <symbol id="i-canceled" viewBox="0 0 24 24"><path d="M6 6h12v12H6z"/></symbol>
        <symbol id="i-skipped" viewBox="0 0 24 24"><path d="M5 12h14"/></symbol>
        <symbol id="i-running" viewBox="0 0 24 24"><path d="M12 3a9 9 0 1 1-8.5 6"/></symbol>
        <symbol id="i-queued" viewBox="0 0 24 24"><path d="M5 7h14M5 12h14M5 17h9"/></symbol>
        <symbol id="i-waiting" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 3"/></symbol>
        <symbol id="i-needs-decision" viewBox="0 0 24 24"><path d="M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18v.5"/></symbol>
        <symbol id="i-quarantined" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M6 6l12 12"/></symbol>
        <symbol id="i-home" viewBox="0 0 24 24"><path d="M4 11l8-7 8 7v9h-5v-6H9v6H4z"/></symbol>
        <symbol id="i-jobs" viewBox="0 0 24 24"><path d="M4 6h16M4 12h16M4 18h10"/></symbol>
        <symbol id="i-approvals" viewBox="0 0 24 24"><path d="M8 13l3 3 5-6M5 4h14v16H5z"/></symbol>
        <symbol id="i-recipes" viewBox="0 0 24 24"><path d="M6 4v5a3 3 0 0 0 3 3h6a3 3 0 0 1 3 3v5"/><circle cx="6" cy="4" r="1.5"/><circle cx="18" cy="20" r="1.5"/></symbol>
        <symbol id="i-schedules" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9"/><path d="M12 7v5l4 2"/></symbol>
        <symbol id="i-webhooks" viewBox="0 0 24 24"><path d="M4 13h5l1.5 3h3L15 13h5M4 13l3-8h10l3 8v6H4z"/></symbol>
        <symbol id="i-topics" viewBox="0 0 24 24"><circle cx="6" cy="12" r="2"/><path d="M11 6a8 8 0 0 1 0 12M15 3a12 12 0 0 1 0 18"/></symbol>
        <symbol id="i-tables" viewBox="0 0 24 24"><path d="M4 5h16v14H4zM4 10h16M10 5v14"/></symbol>
        <symbol id="i-connections" viewBox="0 0 24 24"><path d="M9 7V3M15 7V3M6 7h12v5a6 6 0 0 1-12 0zM12 18v3"/></symbol>
        <symbol id="i-connectors" viewBox="0 0 24 24"><path d="M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM16.5 13v7M13 16.5h7"/></symbol>
        <symbol id="i-settings" viewBox="0 0 24 24"><path d="M4 7h10M18 7h2M4 17h2M10 17h10"/><circle cx="16" cy="7" r="2"/><circle cx="8" cy="17" r="2"/></symbol>
        <symbol id="i-theme" viewBox="0 0 24 24"><circle cx="12" cy="12" r="8"/><path d="M12 4v16M12 8l5-2M12 12h8M12 16l5 2"/></symbol>
        </defs></svg>
        """#)
}

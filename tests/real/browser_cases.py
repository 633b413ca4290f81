"""Messages that are undecided without a browser, each with the rules that it breaks at one width at least."""

from __future__ import annotations

from tests.real.oracle import RULES

MARGIN, IMAGE, ALIGN, CENTRED, BREAKS, HEIGHT, FAMILY, COLOR, SIZES = RULES
BOX = '<div style="container-type:inline-size">'
FOUR = "i{font-size:9px}b{font-size:30px}u{font-size:40px}"
IMG = '<p>Order</p><img src="https://a.example/b.png" alt="Us" '
# What is undecided without a browser, and the rules that the message breaks at one width at least.
CASES: list[tuple[str, set[str]]] = [
    ('<p style="rotate:45deg">Order</p>', set()),
    ('<div style="position:absolute;left:200px"><p>Order</p></div>', {MARGIN}),
    ('<div style="position:absolute;left:2px"><p>Order</p></div>', {MARGIN}),
    (f"<style>@container (min-width:100px){{p{{color:red}}}}</style>{BOX}<p>Order</p></div>", {COLOR}),
    (f"<style>@container (min-width:1000px){{p{{color:red}}}}</style>{BOX}<p>Order</p></div>", set()),
    (f"<style>@container (min-width:500px){{p{{line-height:3}}}}</style>{BOX}<p>Order</p></div>", {HEIGHT}),
    (f"<style>@container (min-width:700px){{p{{line-height:3}}}}</style>{BOX}<p>Order</p></div>", set()),
    (f"<style>@container (min-width:100px){{p{{font-family:Arial}}}}</style>{BOX}<p>Order</p></div>", {FAMILY}),
    (f"<style>@container (min-width:1000px){{p{{font-family:Arial}}}}</style>{BOX}<p>Order</p></div>", set()),
    (f"<style>@container (min-width:100px){{p{{text-align:center}}}}</style>{BOX}<p>Order</p></div>", {ALIGN}),
    (f"<style>@container (min-width:1000px){{p{{text-align:center}}}}</style>{BOX}<p>Order</p></div>", set()),
    (f"<style>@container (min-width:100px){{{FOUR}}}</style>{BOX}<p>Order <i>a</i><b>b</b><u>c</u></p></div>", {SIZES}),
    (f"<style>@container (min-width:1000px){{{FOUR}}}</style>{BOX}<p>Order <i>a</i><b>b</b><u>c</u></p></div>", set()),
    (f"<style>@container (min-width:100px){{.x{{width:300px;margin:0 auto}}}}</style>{BOX}<div class=x>Order</div></div>", {CENTRED, MARGIN}),
    (f"<style>@container (min-width:1000px){{.x{{width:300px;margin:0 auto}}}}</style>{BOX}<div class=x>Order</div></div>", set()),
    (f"<style>@container (min-width:100px){{.x{{white-space:pre}}}}</style>{BOX}<p class=x>Order\n\n\n\nsent</p></div>", {BREAKS}),
    (f"<style>@container (min-width:1000px){{.x{{white-space:pre}}}}</style>{BOX}<p class=x>Order\n\n\n\nsent</p></div>", set()),
    (f"<style>@container (min-width:100px){{p::before{{content:'x';color:red}}}}</style>{BOX}<p>Order</p></div>", {COLOR}),
    (f"<style>@container (min-width:100px){{p::first-line{{color:red}}}}</style>{BOX}<p>Order</p></div>", {COLOR}),
    ("<style>@scope (.a) to (.b){p{line-height:2}}</style><div class=a><p>Order</p></div>", {HEIGHT}),
    ("<style>@scope (.a) to (.b){p{line-height:2}}</style><div class=b><p>Order</p></div>", set()),
    ("<style>@scope (.a) to (.b){p{color:red}}</style><div class=a><div class=b><p>Order</p></div></div>", set()),
    ('<p style="margin-left:round(200px,1px)">Order</p>', {MARGIN}),
    ('<p style="margin-left:round(20px,1px)">Order</p>', set()),
    ('<p style="margin-left:env(x,50%)">Order</p>', {MARGIN}),
    ('<p style="margin-left:env(x,5%)">Order</p>', set()),
    ('<p style="margin-left:50cqw">Order</p>', {MARGIN}),
    ('<p style="margin-left:5cqw">Order</p>', set()),
    ('<p style="margin-left:hypot(200px,1px)">Order</p>', {MARGIN}),
    ('<p style="margin-left:mod(205px,200px)">Order</p>', set()),
    ('<p style="margin-left:attr(data-x px, 3px)" data-x=200>Order</p>', {MARGIN}),
    ('<p style="margin-left:attr(data-x px, 3px)" data-x=20>Order</p>', set()),
    ('<p style="margin-left:calc(sibling-index() * 200px)">Order</p>', {MARGIN}),
    ('<p style="margin-left:if(media(width > 500px): 200px; else: 1px)">Order</p>', {MARGIN}),
    ('<div style="writing-mode:vertical-rl"><p>Order</p></div>', {MARGIN}),
    ('<div style="columns:1 200px"><p>Order</p></div>', set()),
    ('<p style="line-height:round(20px,1px)">Order</p>', {HEIGHT}),
    ('<p style="font-size:round(20px,1px)">Order</p>', set()),
    ("<style>@property --x{syntax:\"<length>\";inherits:false;initial-value:200px}p{margin-left:var(--x)}</style><p>Order</p>", {MARGIN}),
    ("<style>@property --x{syntax:\"<length>\";inherits:false;initial-value:2px}p{margin-left:var(--x)}</style><p>Order</p>", set()),
    (f'{IMG}style="width:round(500px,1px)" height=9>', {IMAGE}),
    (f'{IMG}style="width:round(50px,1px)" height=9>', set()),
    (f'{IMG}width=100 height=50 style="rotate:90deg">', set()),
    (f'{IMG}width=100 height=500 style="rotate:90deg">', {IMAGE}),
    (f"<style>@container (min-width:100px){{.x{{display:block}}}}</style>{BOX}<p>a<i class=x></i><i class=x></i><i class=x></i>b</p></div>", {BREAKS}),
    (f"<style>@container (min-width:1000px){{.x{{display:block}}}}</style>{BOX}<p>a<i class=x></i><i class=x></i><i class=x></i>b</p></div>", set()),
    ('<p style="offset-path:path(\'M0 0L300 0\');offset-distance:100%">Order</p>', {MARGIN}),
    ('<div style="float:left;width:50px">x</div><div style="overflow:hidden;margin:0 auto;width:100px">y</div>', {MARGIN}),
    ('<p style="text-align:match-parent">Order</p>', set()),
    ('<p style="animation:nothing 1s">Order</p>', set()),
    ('<div style="direction:rtl"><p style="text-align:match-parent">Order</p></div>', set()),
]  # fmt: skip

"""The second step of an import: what each sheet and column of the file is, and in which encoding its text reads right."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QSizePolicy, QWidget

from app.i18n import _
from app.import_plan import HEAD, Plan, Target
from app.legacy_columns import ENCODINGS, OldColumn, Spot
from app.sheets import as_text
from db.questions import Choice, grouped
from db.records import RECORD_TYPES
from ui import look
from ui.buttons import Banner
from ui.import_parts import Chooser, Offer
from ui.look import px
from ui.parts import Card, ElidedLabel, Hairline, IconLabel, Label, clear, column, row, scrolled

LEAVE = "-"
"""The key of "left out" and of "as it is" in a chooser."""
_EXAMPLES = 3


class MatchPane(QWidget):
    """Sheets and columns of a plan, each changeable. ``changed`` after every change of the plan."""

    changed = Signal()
    type_chosen = Signal(str)
    """Another record type is wanted: the file is read anew for it."""

    def __init__(self) -> None:
        super().__init__()
        self.plan: Plan | None = None
        self.columns: dict[Spot, Chooser] = {}
        self.roles: dict[int, Chooser] = {}
        self.fills: dict[str, Chooser | QLineEdit] = {}
        self.encodings: dict[Spot, Chooser] = {}
        self.whole: dict[Spot, QCheckBox] = {}
        self.accepts: dict[Spot, QCheckBox] = {}
        types = [Offer(name, _(declared.caption)) for name, declared in RECORD_TYPES.items()]
        self.type = Chooser(_("Loại bản ghi"), types)
        self.type.chosen.connect(self.type_chosen)
        self._notes = column(gap=8)
        self._body = column(gap=14)
        self._scrolled = QWidget()
        self._scrolled.setLayout(column(self._body, None, gap=0, edge=(16, 2, 16, 14)))
        self.area = scrolled(self._scrolled)
        head = column(row(Label(_("Nhập vào"), "body", "ink2"), self.type, None, gap=12), self._notes, gap=8, edge=(16, 2, 16, 8))
        whole = column(head, self.area, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    # -- showing -----------------------------------------------------------------------------------------------------

    def show_plan(self, plan: Plan) -> None:
        """Show a plan from its first row."""
        self.plan = plan
        self.type.choose(plan.declared.type_name)
        self._build()
        self.area.verticalScrollBar().setValue(0)

    def _build(self) -> None:
        plan = self.plan
        assert plan is not None
        place = self.area.verticalScrollBar().value()
        for known in (self.columns, self.fills, self.roles, self.encodings, self.whole, self.accepts):
            known.clear()
        clear(self._body)
        old = [one for one in plan.used_old() if one.encoding != "nfd"]
        if old:
            self._body.addWidget(self._old_card(plan, old))
        for at in range(len(plan.sheets)):
            self._body.addWidget(self._sheet_card(plan, at))
        self._say()
        self.area.verticalScrollBar().setValue(place)

    def _say(self) -> None:
        """Say above what is missing and what is left out."""
        plan = self.plan
        assert plan is not None
        clear(self._notes)
        if not plan.has_records:
            words = _("Chưa chọn trang nào là “{caption}”.").format(caption=_(plan.declared.caption))
            self._notes.addWidget(Banner("error", words))
        if missing := plan.missing():
            words = _("Thiếu cột bắt buộc: {columns}. Hãy ghép cột của tệp với các mục này.")
            if self.fills:
                words = _("Thiếu cột bắt buộc: {columns}. Hãy ghép cột của tệp với các mục này, hoặc cho mọi dòng cùng một giá trị.")
            self._notes.addWidget(Banner("error", words.format(columns=", ".join(missing))))
        if left := plan.left_out():
            names = ", ".join(f"“{plan.heading(at, each)}”" for at, each in left[:6]) + (", …" if len(left) > 6 else "")
            words = _("{n} cột có dữ liệu sẽ bỏ qua, không nhập: {columns}.").format(n=len(left), columns=names)
            self._notes.addWidget(Banner("warning", words))
        if lost := self.refused():
            names = ", ".join(f"“{plan.heading(*one.spot)}”" for one in lost)
            words = _("Cột {columns} đã mất chữ “ư”. Hãy lấy tệp gốc, hoặc đánh dấu chấp nhận ở dưới rồi sửa tay sau khi nhập.")
            self._notes.addWidget(Banner("error", words.format(columns=names)))

    @property
    def is_ready(self) -> bool:
        """Whether the file can be previewed as it is matched now."""
        return self.plan is not None and self.plan.has_records and not self.plan.missing() and not self.refused()

    def first_open(self) -> QWidget:
        """Give what is to be decided first: a lost ư, a column that is wanting or goes nowhere, else the first column or the type."""
        open_ones = [chooser for chooser in self.columns.values() if chooser.key == LEAVE]
        accepts = [one for one in self.accepts.values() if not one.isChecked()]
        empty = [field for key, field in self.fills.items() if self.plan is not None and key not in self.plan.filled]
        return next(iter([*accepts, *empty, *open_ones, *self.columns.values()]), self.type)

    def refused(self) -> list[OldColumn]:
        """Give the columns that stop the import: their ư is lost and nobody has accepted that."""
        plan = self.plan
        assert plan is not None
        return [one for one in plan.used_old() if one.lost_u and one.spot not in plan.accepted and one.spot not in plan.kept]

    # -- old encodings -----------------------------------------------------------------------------------------------

    def _old_card(self, plan: Plan, old: list[OldColumn]) -> Card:
        card = Card(_("Chữ mã cũ"), _("Tệp gốc giữ nguyên; chỉ chữ nhập vào được chuyển."))
        for number, one in enumerate(old):
            if number:
                card.body.addWidget(Hairline())
            card.body.addLayout(self._old_row(plan, one))
        return card

    def _old_row(self, plan: Plan, one: OldColumn):  # type: ignore[no-untyped-def]
        spot = one.spot
        name = _("Bảng mã của cột {column}").format(column=plan.heading(*spot))
        offers = [Offer(key, words) for key, words in ENCODINGS.items() if key != "nfd"] + [Offer(LEAVE, _("Giữ nguyên, không chuyển"))]
        chooser = self.encodings[spot] = Chooser(name, offers, LEAVE if spot in plan.kept else one.encoding)
        chooser.chosen.connect(lambda key: self._set_encoding(spot, key))
        many = _("{n} ô") if not one.mixed else _("{n} ô, các ô khác đã đúng thì giữ")
        first = row(
            IconLabel("text-aa", "ink2", _("Bảng mã")),
            ElidedLabel(plan.heading(*spot), "medium"),
            Label(many.format(n=one.cells), "small", "ink2"),
            None,
            chooser,
            gap=10,
        )
        lines = column(first, gap=4, edge=(14, 8, 14, 8))
        kept = spot in plan.kept
        for before, after in one.samples:
            lines.addLayout(_sample(before, before if kept else after, plain=kept))
        if one.mixed and one.either and not kept:
            words = _("Chuyển cả {n} ô đọc được hai cách")
            whole = self.whole[spot] = QCheckBox(words.format(n=grouped(one.either)))
            whole.setChecked(one.whole)
            whole.toggled.connect(lambda on: self._set_whole(spot, on))
            lines.addLayout(row(28, whole, None, gap=0))
            before, after = one.either_sample
            lines.addLayout(_sample(before, after if one.whole else before, plain=not one.whole))
        if one.lost_u and not kept:
            accept = self.accepts[spot] = QCheckBox(_("Chấp nhận cột này thiếu chữ “ư”, tôi sẽ sửa tay"))
            accept.setChecked(spot in plan.accepted)
            accept.toggled.connect(lambda on: self._accept(spot, on))
            lines.addLayout(row(28, accept, None, gap=0))
        return lines

    def _set_encoding(self, spot: Spot, key: str) -> None:
        assert self.plan is not None
        self.plan.set_encoding(spot, None if key == LEAVE else next(one for one in ENCODINGS if one == key))
        self._rebuilt(self.encodings, spot)

    def _set_whole(self, spot: Spot, on: bool) -> None:
        assert self.plan is not None
        self.plan.set_whole(spot, on)
        self._rebuilt(self.whole, spot)

    def _accept(self, spot: Spot, on: bool) -> None:
        assert self.plan is not None
        (self.plan.accepted.add if on else self.plan.accepted.discard)(spot)
        self._say()
        self.changed.emit()

    # -- sheets and columns ------------------------------------------------------------------------------------------

    def _sheet_card(self, plan: Plan, at: int) -> Card:
        sheet, part = plan.sheets[at], plan.parts[at]
        card = Card()
        offers = [Offer(f"={key}", _(words)) for key, words in plan.roles().items()] + [Offer(LEAVE, _("Bỏ qua trang này"))]
        role = self.roles[at] = Chooser(
            _("Trang {sheet} là").format(sheet=sheet.title), offers, LEAVE if part.role is None else f"={part.role}"
        )
        role.chosen.connect(lambda key: self._set_role(at, None if key == LEAVE else key[1:]))
        role.setVisible(len(plan.sheets) > 1)
        rows = _("{n} dòng, tiêu đề ở dòng {at}").format(n=len(sheet.rows), at=sheet.header_row)
        title = ElidedLabel(_("Trang “{sheet}”").format(sheet=sheet.title), "section")
        title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        card.body.addLayout(row(title, Label(rows, "small", "ink2"), None, role, gap=12, edge=(14, 8, 14, 8)))
        if part.role is None:
            return card
        card.body.addWidget(Hairline())
        grid = QGridLayout()
        spaced_grid(grid)
        for number, words in enumerate((_("Cột của tệp"), _("Ví dụ"), _("Nhập vào mục"))):
            grid.addWidget(Label(words, "small_strong", "ink2"), 0, number)
        line = 1
        for target in plan.wanting() if part.role == HEAD else ():
            if target.is_common:
                self._filled_row(plan, grid, line, target)
                line += 1
        for each in range(len(sheet.header)):
            if part.targets[each] is None and not plan.has_content(at, each):
                continue
            self._column_row(plan, grid, line, (at, each))
            line += 1
        for number, share in enumerate((3, 4, 3)):
            grid.setColumnStretch(number, share)
        card.body.addLayout(grid)
        return card

    def _column_row(self, plan: Plan, grid: QGridLayout, line: int, spot: Spot) -> None:
        at, each = spot
        key = plan.parts[at].targets[each]
        name = plan.heading(at, each)
        offers = [Offer(LEAVE, _("Bỏ qua cột này"))] + [Offer(one.key, _(one.label), _(one.group)) for one in plan.targets(at)]
        chooser = self.columns[spot] = Chooser(_("Cột {column} nhập vào").format(column=name), offers, key or LEAVE)
        look.mark(chooser, state="warning" if key is None else None)
        chooser.chosen.connect(lambda chosen: self._set_target(spot, chosen))
        grid.addWidget(ElidedLabel(name, "medium"), line, 0)
        grid.addWidget(ElidedLabel(self._examples(plan, spot), "body", "ink2"), line, 1)
        grid.addWidget(chooser, line, 2)

    def _filled_row(self, plan: Plan, grid: QGridLayout, line: int, target: Target) -> None:
        """Offer one answer for all rows in the place of a column that the file has not."""
        name, asked = _("{label} của mọi dòng").format(label=_(target.label)), target.question
        grid.addWidget(ElidedLabel(_(target.label), "medium"), line, 0)
        grid.addWidget(ElidedLabel(_("Cùng một giá trị cho mọi dòng"), "body", "ink2"), line, 1)
        answer = plan.filled.get(target.key, "")
        field: Chooser | QLineEdit
        if isinstance(asked, Choice):
            labels = [asked.codes.label(code, None) for code in asked.codes.codes(None)]
            field = Chooser(name, [Offer(LEAVE, _("Chưa chọn")), *(Offer(one, _(one)) for one in labels)], answer or LEAVE)
            field.chosen.connect(lambda label: self._fill(target.key, "" if label == LEAVE else label))
        else:
            field = QLineEdit(answer)
            field.setAccessibleName(name)
            look.follow(field, lambda one: one.setFont(look.font()))
            field.editingFinished.connect(lambda: self._fill(target.key, " ".join(field.text().split())))
        look.mark(field, state=None if answer else "error")
        self.fills[target.key] = field
        grid.addWidget(field, line, 2)

    @staticmethod
    def _examples(plan: Plan, spot: Spot) -> str:
        at, each = spot
        old = plan.old.get(spot)
        seen: dict[str, None] = {}
        for cells in plan.sheets[at].rows[:200]:
            if cells[each] != "" and len(seen) < _EXAMPLES:
                seen[as_text(cells[each])[:60]] = None
        decoded = dict(old.samples) if old is not None and spot not in plan.kept else {}
        return " · ".join(decoded.get(text, text) for text in seen)

    def _set_role(self, at: int, role: str | None) -> None:
        assert self.plan is not None
        self.plan.set_role(at, role)
        self._rebuilt(self.roles, at)

    def _set_target(self, spot: Spot, key: str) -> None:
        assert self.plan is not None
        self.plan.set_target(*spot, None if key == LEAVE else key)
        self._rebuilt(self.columns, spot)

    def _fill(self, key: str, text: str) -> None:
        assert self.plan is not None
        if text != self.plan.filled.get(key, ""):
            self.plan.fill(key, text)
            look.mark(self.fills[key], state=None if text else "error")
            self._say()
            self.changed.emit()

    def _rebuilt(self, choosers: dict, key: object) -> None:
        """Show the plan again with the focus where it was."""
        self._build()
        chooser = choosers.get(key)
        if chooser is not None:
            QTimer.singleShot(0, chooser, chooser.setFocus)  # once it is shown
        self.changed.emit()


def _sample(before: str, after: str, *, plain: bool):  # type: ignore[no-untyped-def]
    """Give a cell as it stands and as it will read; ``plain``: as it stands."""
    shown = row(ElidedLabel(f"“{before}”", "body", "ink3"), Label("→", "body", "ink2"), gap=8, edge=(28, 0, 0, 0))
    shown.addWidget(ElidedLabel(f"“{after}”", "body" if plain else "medium"))
    shown.setStretch(0, 1)
    shown.setStretch(2, 1)
    return shown


def spaced_grid(grid: QGridLayout) -> QGridLayout:
    """Give a grid spacing and margins that grow with the text."""

    def apply(one: QGridLayout) -> None:
        one.setHorizontalSpacing(px(14))
        one.setVerticalSpacing(px(6))
        one.setContentsMargins(px(14), px(8), px(14), px(12))

    return look.follow(grid, apply)

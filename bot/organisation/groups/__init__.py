"""Group chats and the units they are bound to."""

from bot.organisation.groups.bound import BoundChat, bound_chats
from bot.organisation.groups.store import Binding, BindingStore

__all__ = ["Binding", "BindingStore", "BoundChat", "bound_chats"]

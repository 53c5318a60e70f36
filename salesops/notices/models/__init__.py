from .channel import ChannelAccount, Preference
from .delivery import Delivery, Message
from .notice import Notice

__all__ = ["ChannelAccount", "Delivery", "Message", "Notice", "Preference"]
